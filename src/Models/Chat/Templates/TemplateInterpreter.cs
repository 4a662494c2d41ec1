using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>
/// Evaluates a parsed template as Jinja2's immutable sandbox does: data can be read, never changed, and nothing outside of the context
/// and Jinja's own functions can be reached.
/// </summary>
/// <remarks>One file, since each kind of statement and expression is evaluated by a few lines that call the others.</remarks>
internal sealed class TemplateInterpreter
{
    private enum Flow { Next, Break, Continue }

    private static readonly HashSet<string> Mutating = new(StringComparer.Ordinal)
    {
        "append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update",
    };

    private readonly Dictionary<string, object?> _context;
    private readonly Dictionary<string, object?> _globals;
    private readonly StringBuilder _output = new();
    private readonly List<(int Start, int End)> _spans = [];
    private int _counted;
    private int _countedPoints;

    private TemplateInterpreter(Dictionary<string, object?> context, DateTimeOffset now)
    {
        _context = context;
        _globals = TemplateGlobals.Create(this, now);
    }

    public TemplateBudget Budget { get; } = new();

    /// <summary>Renders a template.</summary>
    /// <returns>The text, and the parts of it inside of generation blocks in code points.</returns>
    /// <exception cref="TemplateException">The template fails, or passes a limit.</exception>
    /// <exception cref="RaisedByTemplateException">The template refuses its input.</exception>
    public static (string Text, IReadOnlyList<(int Start, int End)> Spans) Render(
        IReadOnlyList<Statement> template, Dictionary<string, object?> context, DateTimeOffset now)
    {
        var interpreter = new TemplateInterpreter(context, now);
        interpreter.Run(template, new TemplateScope(null), interpreter._output);
        return (interpreter._output.ToString(), interpreter._spans);
    }

    internal string Made(string text)
    {
        Budget.Make(text.Length);
        return text;
    }

    internal int Size(object? value)
    {
        var size = PythonStrings.Integer("size", value);
        Budget.Make(Math.Max(0, size));
        return size;
    }

    internal List<object?> ListOf(object? value)
    {
        var list = new List<object?>();
        foreach (var item in PythonSequences.Iterate(value))
        {
            Budget.Step();
            list.Add(item);
        }

        Budget.Make(list.Count);
        return list;
    }

    private Flow Run(IReadOnlyList<Statement> body, TemplateScope scope, StringBuilder into)
    {
        foreach (var statement in body)
            if (Run(statement, scope, into) is not Flow.Next and var flow) return flow;
        return Flow.Next;
    }

    private Flow Run(Statement statement, TemplateScope scope, StringBuilder into)
    {
        Budget.Step();
        switch (statement)
        {
            case Text text:
                Append(into, text.Value);
                return Flow.Next;
            case Output output:
                Append(into, Shown(Value(output.Value, scope)));
                return Flow.Next;
            case If branches:
                foreach (var (test, body) in branches.Branches)
                    if (PythonText.IsTrue(Value(test, scope))) return Run(body, scope, into);
                return Run(branches.Else, scope, into);
            case For loop:
                return Run(loop, Value(loop.Items, scope), scope, into, depth: 0);
            case Assign assign:
                Set(assign.Target, Value(assign.Value, scope), scope);
                return Flow.Next;
            case AssignBlock assign:
                object? captured = Captured(assign.Body, scope);
                Set(assign.Target, assign.Filter is null ? captured : Filtered(assign.Filter, captured, scope), scope);
                return Flow.Next;
            case With with:
                var inner = new TemplateScope(scope);
                foreach (var (target, value) in with.Values) Set(target, Value(value, scope), inner);
                return Run(with.Body, inner, into);
            case FilterBlock block:
                Append(into, Shown(Filtered(block.Filter, Captured(block.Body, scope), scope)));
                return Flow.Next;
            case MacroOf macro:
                scope.Set(macro.Name, Macro(macro.Name, macro.Signature, macro.Body, scope));
                return Flow.Next;
            case CallBlock block:
                var caller = Macro("caller", block.Signature, block.Body, scope);
                Append(into, Shown(Called(block.Call, scope, caller)));
                return Flow.Next;
            case Generation generation:
                var written = Captured(generation.Body, scope);
                var start = OutputPoints();
                _spans.Add((start, start + CodePoints.Length(written)));
                Append(into, written);
                return Flow.Next;
            case AutoEscape escape:
                if (PythonText.IsTrue(Value(escape.IsOn, scope)))
                    throw new TemplateException("the tag 'autoescape' escapes what a template writes, which no model was trained on; that is not supported", escape.Line);
                return Run(escape.Body, new TemplateScope(scope), into);
            case Scoped scoped:
                return Run(scoped.Body, new TemplateScope(scope), into);
            case Break: return Flow.Break;
            default: return Flow.Continue;
        }
    }

    // Code points of the output so far, counted once each.
    private int OutputPoints()
    {
        for (; _counted < _output.Length; _counted++)
            if (!(char.IsLowSurrogate(_output[_counted]) && _counted > 0 && char.IsHighSurrogate(_output[_counted - 1]))) _countedPoints++;
        return _countedPoints;
    }

    private static string Shown(object? value) => PythonText.Str(value);

    private void Append(StringBuilder into, string text)
    {
        Budget.Make(text.Length);
        into.Append(text);
        if (into.Length > TemplateBudget.MaxText) throw new TemplateException(Invariant($"the template writes more than {TemplateBudget.MaxText:N0} characters"));
    }

    private string Captured(IReadOnlyList<Statement> body, TemplateScope scope)
    {
        var text = new StringBuilder();
        Run(body, new TemplateScope(scope), text);
        return text.ToString();
    }

    private Flow Run(For loop, object? sequence, TemplateScope scope, StringBuilder into, int depth)
    {
        var items = ListOf(sequence);
        if (loop.Test is { } test)
        {
            items.RemoveAll(item =>
            {
                var inner = new TemplateScope(scope);
                Set(loop.Target, item, inner);
                return !PythonText.IsTrue(Value(test, inner));
            });
        }

        var position = new LoopValue(items, depth, loop.Recursive ? value => Recursed(loop, value, scope, depth + 1) : null);
        var reachedEnd = false;
        for (var i = 0; i < items.Count; i++)
        {
            position.Index = i;
            var inner = new TemplateScope(scope);
            inner.Set("loop", position);
            Set(loop.Target, items[i], inner);
            var flow = Run(loop.Body, inner, into);
            if (flow == Flow.Break) break;
            reachedEnd |= flow == Flow.Next;
        }

        // Jinja2 takes a loop for empty until a body has run to its end, break and continue or not.
        return reachedEnd ? Flow.Next : Run(loop.Else, new TemplateScope(scope), into);
    }

    private string Recursed(For loop, object? items, TemplateScope scope, int depth)
    {
        Budget.Enter();
        var text = new StringBuilder();
        Run(loop, items, scope, text, depth);
        Budget.Leave();
        return text.ToString();
    }

    private void Set(Target target, object? value, TemplateScope scope)
    {
        switch (target)
        {
            case NameTarget name:
                scope.Set(name.Name, value);
                break;
            case NamespaceTarget member:
                if (Lookup(member.Name, scope) is not NamespaceValue space) throw new TemplateException("cannot assign attribute on non-namespace object");
                space.Values[member.Attribute] = value;
                break;
            case TupleTarget tuple:
                var items = ListOf(value);
                if (items.Count != tuple.Items.Count)
                    throw TemplateException.Value(Invariant($"{(items.Count > tuple.Items.Count ? "too many" : "not enough")} values to unpack (expected {tuple.Items.Count})"));
                for (var i = 0; i < items.Count; i++) Set(tuple.Items[i], items[i], scope);
                break;
        }
    }

    private CallableValue Macro(string name, Signature signature, IReadOnlyList<Statement> body, TemplateScope scope) => new(name, arguments =>
    {
        var inner = new TemplateScope(scope);
        var named = new Dictionary<string, object?>(arguments.Named, StringComparer.Ordinal);
        var hasCaller = named.Remove("caller", out var caller);
        for (var i = 0; i < signature.Names.Count; i++)
        {
            var parameter = signature.Names[i];
            if (i < arguments.Positional.Count) inner.Set(parameter, arguments.Positional[i]);
            else if (named.Remove(parameter, out var value)) inner.Set(parameter, value);
            else if (parameter == "caller" && hasCaller) inner.Set(parameter, caller);
            else inner.Set(parameter, signature.Defaults[i] is { } fallback ? Value(fallback, inner) : new UndefinedValue($"parameter '{parameter}' was not provided"));
        }

        if (signature.TakesCaller && !signature.Names.Contains("caller")) inner.Set("caller", hasCaller ? caller : new UndefinedValue("No caller defined"));
        else if (hasCaller && signature.TakesNamed) named["caller"] = caller;
        else if (hasCaller && !signature.Names.Contains("caller")) throw TemplateException.Type($"macro '{name}' takes no keyword argument 'caller'");
        if (signature.TakesNamed)
        {
            var more = new MappingValue();
            foreach (var (key, value) in named) more[key] = value;
            inner.Set("kwargs", more);
        }
        else if (named.Count > 0) throw TemplateException.Type($"macro '{name}' takes no keyword argument '{named.Keys.First()}'");

        if (signature.TakesMore) inner.Set("varargs", new TupleValue([.. arguments.Positional.Skip(signature.Names.Count)]));
        else if (arguments.Positional.Count > signature.Names.Count)
            throw TemplateException.Type(Invariant($"macro '{name}' takes not more than {signature.Names.Count} argument(s)"));
        var text = new StringBuilder();
        Run(body, inner, text);
        return text.ToString();
    }, signature);

    private object? Lookup(string name, TemplateScope scope) =>
        scope.TryGet(name, out var value) || _context.TryGetValue(name, out value) || _globals.TryGetValue(name, out value) ? value : UndefinedValue.Name(name);

    internal object? Value(Expression expression, TemplateScope scope)
    {
        Budget.Step();
        switch (expression)
        {
            case Constant constant: return constant.Value;
            case NameOf name: return Lookup(name.Name, scope);
            case ListOf list: return list.Items.Select(item => Value(item, scope)).ToList();
            case TupleOf tuple: return new TupleValue([.. tuple.Items.Select(item => Value(item, scope))]);
            case MappingOf mapping:
                var made = new MappingValue();
                foreach (var (key, value) in mapping.Items) made[Value(key, scope)] = Value(value, scope);
                return made;
            case Conditional choice:
                if (PythonText.IsTrue(Value(choice.Test, scope))) return Value(choice.Then, scope);
                return choice.Else is { } otherwise ? Value(otherwise, scope)
                    : new UndefinedValue(Invariant($"the inline if-expression on line {choice.Line} evaluated to false and no else section was defined."));
            case Both both:
                var left = Value(both.Left, scope);
                return PythonText.IsTrue(left) == both.IsAnd ? Value(both.Right, scope) : left;
            case Not not: return !PythonText.IsTrue(Value(not.Operand, scope));
            case Comparison comparison:
                var first = Value(comparison.First, scope);
                foreach (var (sign, operand) in comparison.Rest)
                {
                    var next = Value(operand, scope);
                    if (!Compare(sign, first, next)) return false;
                    first = next;
                }

                return true;
            case Binary binary: return Operate(binary.Operator, Value(binary.Left, scope), Value(binary.Right, scope));
            case Concatenation concatenation: return Made(EscapedText.Plain(string.Concat(concatenation.Parts.Select(part => Shown(Value(part, scope))))));
            case Sign sign:
                var number = Value(sign.Operand, scope);
                if (number is UndefinedValue undefined) throw undefined.Error();
                if (!PythonNumbers.IsNumber(number)) throw TemplateException.Type($"bad operand type for unary {(sign.IsNegative ? '-' : '+')}: '{PythonText.TypeName(number)}'");
                return number is double real ? sign.IsNegative ? -real : real : sign.IsNegative ? -PythonNumbers.Whole(number!) : PythonNumbers.Whole(number!);
            case Attribute attribute: return AttributeOf(Value(attribute.Object, scope), attribute.Name);
            case Element element:
                var container = Value(element.Object, scope);
                if (element.Index is not SliceOf slice) return ElementOf(container, Value(element.Index, scope));
                object? Bound(Expression? bound) => bound is null ? null : Value(bound, scope);
                return PythonSequences.Slice(container, Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step), Budget) is var cut && cut is string ? EscapedText.Like(container, (string)cut) : cut;
            case Call call: return Called(call, scope, caller: null);
            case Filter filter: return Filtered(filter, null, scope);
            case Test test:
                var subject = Value(test.Value, scope);
                return TemplateTests.Holds(test.Name, subject, Given(test.Arguments, scope, null), this);
            default: throw new TemplateException("a slice stands where a value is needed", expression.Line);
        }
    }

    // A chain of filters, whose innermost value is given where the text of a block is filtered.
    private object? Filtered(Expression expression, object? innermost, TemplateScope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var filter = (Filter)expression;
        var value = filter.Value switch
        {
            null => innermost,
            Filter inner => Filtered(inner, innermost, scope),
            var other => Value(other, scope),
        };
        Budget.Step();
        return TemplateFilters.On(filter.Name, value, Given(filter.Arguments, scope, null), this);
    }

    private object? Called(Call call, TemplateScope scope, CallableValue? caller)
    {
        var function = Value(call.Function, scope);
        if (function is UndefinedValue undefined) throw undefined.Error();
        var arguments = Given(call.Arguments, scope, caller);
        if (function is LoopValue loop) return loop.Recurse(arguments.Bind("loop", ("iterable", Arguments.Required))[0]);
        if (function is not CallableValue callable) throw TemplateException.Type($"'{PythonText.TypeName(function)}' object is not callable");
        Budget.Enter();
        var result = callable.Function(arguments);
        Budget.Leave();
        return result;
    }

    private Arguments Given(CallArguments given, TemplateScope scope, CallableValue? caller)
    {
        if (ReferenceEquals(given, CallArguments.None) && caller is null) return Arguments.None;
        var positional = given.Positional.Select(value => Value(value, scope)).ToList();
        if (given.MorePositional is { } more) positional.AddRange(ListOf(Value(more, scope)));
        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in given.Named) named[name] = Value(value, scope);
        if (given.MoreNamed is { } moreNamed)
        {
            if (Value(moreNamed, scope) is not MappingValue mapping) throw TemplateException.Type("argument after ** must be a mapping");
            foreach (var (key, value) in mapping.Entries)
            {
                if (key is not string name) throw TemplateException.Type("keywords must be strings");
                if (!named.TryAdd(name, value)) throw TemplateException.Type($"got multiple values for keyword argument '{name}'");
            }
        }

        if (caller is not null) named["caller"] = caller;
        return new Arguments(positional, named);
    }

    internal bool Compare(string sign, object? left, object? right)
    {
        Budget.Step();
        switch (sign)
        {
            case "==": return PythonEquality.AreEqual(left, right);
            case "!=": return !PythonEquality.AreEqual(left, right);
            case "in": return PythonSequences.Contains(right, left, Budget);
            case "not in": return !PythonSequences.Contains(right, left, Budget);
            default:
                var order = PythonSequences.Compare(left, right, sign);
                if (order == int.MinValue) return false;
                return sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
        }
    }

    internal object Operate(string sign, object? left, object? right)
    {
        if (left is UndefinedValue one) throw one.Error();
        if (sign == "%" && left is string format) return Percent(format, right);
        if (right is UndefinedValue other) throw other.Error();
        if (PythonNumbers.IsNumber(left) && PythonNumbers.IsNumber(right)) return PythonNumbers.Calculate(sign, left!, right!);
        switch (sign, left, right)
        {
            case ("+", string a, string b):
                Budget.Make((long)a.Length + b.Length);
                return EscapedText.Is(a) || EscapedText.Is(b) ? Made(EscapedText.Joined(a, b)) : a + b;
            case ("+", List<object?> a, List<object?> b):
                Budget.Make((long)a.Count + b.Count);
                return a.Concat(b).ToList();
            case ("+", TupleValue a, TupleValue b):
                Budget.Make((long)a.Items.Count + b.Items.Count);
                return new TupleValue([.. a.Items, .. b.Items]);
            case ("+", string or List<object?> or TupleValue, _):
                var name = PythonText.TypeName(left);
                throw TemplateException.Type($"can only concatenate {name} (not \"{PythonText.TypeName(right)}\") to {name}");
            case ("*", string or List<object?> or TupleValue, bool or BigInteger): return Repeated(left, PythonNumbers.Whole(right!));
            case ("*", bool or BigInteger, string or List<object?> or TupleValue): return Repeated(right, PythonNumbers.Whole(left!));
            case ("*", string or List<object?> or TupleValue, _): throw TemplateException.Type($"can't multiply sequence by non-int of type '{PythonText.TypeName(right)}'");
            default: throw TemplateException.Type($"unsupported operand type(s) for {sign}: '{PythonText.TypeName(left)}' and '{PythonText.TypeName(right)}'");
        }
    }

    /// <summary>Python's <c>%</c> of a text.</summary>
    internal string Percent(string format, object? values)
    {
        if (!EscapedText.Is(format)) return Made(PythonFormat.Percent(format, values, Budget));
        if (format.Contains("%r", StringComparison.Ordinal) || format.Contains("%a", StringComparison.Ordinal)) throw new TemplateException("%r and %a in a text that counts as escaped (safe, escape) are not supported");
        return Made(EscapedText.Of(PythonFormat.Percent(format, EscapedText.GivenAll(values), Budget)));
    }

    private object Repeated(object? sequence, BigInteger times)
    {
        var length = sequence switch { string text => text.Length, List<object?> list => list.Count, _ => ((TupleValue)sequence!).Items.Count };
        if (times < 0 || length == 0) times = 0;
        Budget.Make((long)BigInteger.Min(times * length, long.MaxValue / 4));
        var count = (int)times;
        IEnumerable<object?> All(IReadOnlyList<object?> items) => Enumerable.Range(0, count).SelectMany(_ => items);
        return sequence switch
        {
            string text => EscapedText.Like(text, string.Concat(Enumerable.Repeat(text, count))),
            List<object?> list => All(list).ToList(),
            _ => new TupleValue([.. All(((TupleValue)sequence!).Items)]),
        };
    }

    /// <summary>Jinja's <c>value.name</c>: the attribute, else the element of that key.</summary>
    private object? AttributeOf(object? value, string name)
    {
        if (value is UndefinedValue undefined && !IsInternal(name)) throw undefined.Error();
        if (OwnAttribute(value, name) is { } own) return own.Value;
        return value is MappingValue mapping && mapping.TryGet(name, out var entry) ? entry : Missing(value, name);
    }

    /// <summary>The attribute alone, as the filter <c>attr</c>.</summary>
    internal object? AttributeOnly(object? value, string name)
    {
        if (value is UndefinedValue undefined && !IsInternal(name)) throw undefined.Error();
        return OwnAttribute(value, name) is { } own ? own.Value : Missing(value, name);
    }

    /// <summary>Jinja's <c>value[key]</c>: the element, else, for a string, the attribute.</summary>
    private object? ElementOf(object? value, object? key)
    {
        if (value is UndefinedValue undefined) throw undefined.Error();
        if (value is MappingValue mapping && key is not (List<object?> or MappingValue) && mapping.TryGet(key, out var entry)) return entry;
        if (PythonSequences.HasIndices(value) || value is TupleValue)
        {
            if (PythonNumbers.IsWhole(key))
                return PythonSequences.TryAt(value, PythonNumbers.Whole(key!), out var element) ? element is string letter && EscapedText.Is(value) ? EscapedText.Of(letter) : element : new UndefinedValue($"{PythonText.TypeName(value)} object has no element {PythonText.Repr(key)}");
        }

        if (key is string name && OwnAttribute(value, name) is { } own) return own.Value;
        return Missing(value, key);
    }

    /// <summary>The element at a path as filters name it: <c>a.b.0</c>, or an index.</summary>
    internal object? Path(object? value, object? path)
    {
        if (path is not string names) return ElementOf(value, path);
        return names.Split('.').Aggregate(value, (item, part) =>
            ElementOf(item, part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit) ? BigInteger.Parse(part, System.Globalization.CultureInfo.InvariantCulture) : part));
    }

    private static UndefinedValue Missing(object? value, object? name) => name is string text
        ? new UndefinedValue($"'{PythonText.TypeName(value)} object' has no attribute '{text}'")
        : new UndefinedValue($"{PythonText.TypeName(value)} object has no element {(name is UndefinedValue ? "Undefined" : PythonText.Repr(name))}");

    private sealed record Own(object? Value);

    private static bool IsInternal(string name) => name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);

    private Own? OwnAttribute(object? value, string name)
    {
        if (IsInternal(name) && value is not NamespaceValue) return Unsafe(value, name);
        switch (value)
        {
            case string text: return PythonStrings.MethodOf(text, name, Budget) is { } method ? new Own(EscapedText.Is(text) ? EscapedText.Method(method) : method) : null;
            case NamespaceValue space: return space.Values.TryGetValue(name, out var member) ? new Own(member) : null;
            case LoopValue loop: return new Own(loop.Attribute(name));
            case MappingValue mapping: return MappingMethod(mapping, name);
            case GroupValue group when name is "grouper" or "list": return new Own(group.Items[name == "list" ? 1 : 0]);
            case List<object?> list: return Mutating.Contains(name) ? Unsafe(value, name) : SequenceMethod(list, name, isList: true);
            case TupleValue tuple: return SequenceMethod(tuple.Items, name, isList: false);
            case RangeValue range: return name switch { "start" => new Own(new BigInteger(range.Start)), "stop" => new Own(new BigInteger(range.Stop)), "step" => new Own(new BigInteger(range.Step)), _ => null };
            case double real when name == "is_integer": return new Own(new CallableValue(name, _ => real == Math.Floor(real) && double.IsFinite(real)));
            case CallableValue { Signature: { } signature } macro:
                return name switch
                {
                    "name" => new Own(macro.Name),
                    "arguments" => new Own(new TupleValue([.. signature.Names])),
                    "catch_kwargs" => new Own(signature.TakesNamed),
                    "catch_varargs" => new Own(signature.TakesMore),
                    "caller" => new Own(signature.TakesCaller),
                    _ => null,
                };
            default: return null;
        }
    }

    private static Own Unsafe(object? value, string name) =>
        new(new UndefinedValue($"access to attribute '{name}' of '{PythonText.TypeName(value)}' object is unsafe.", IsUnsafe: true));

    private static Own? MappingMethod(MappingValue mapping, string name)
    {
        if (Mutating.Contains(name) && name is "clear" or "pop" or "popitem" or "setdefault" or "update") return Unsafe(mapping, name);
        Func<Arguments, object?>? method = name switch
        {
            "get" => a =>
            {
                var bound = a.Bind("get", ("key", Arguments.Required), ("default", null));
                return mapping.TryGet(bound[0], out var value) ? value : bound[1];
            }
            ,
            "keys" => _ => new ViewValue("keys", [.. mapping.Entries.Select(e => e.Key)]),
            "values" => _ => new ViewValue("values", [.. mapping.Entries.Select(e => e.Value)]),
            "items" => _ => new ViewValue("items", [.. mapping.Entries.Select(e => (object?)new TupleValue([e.Key, e.Value]))]),
            "copy" => _ => mapping,
            _ => null,
        };
        return method is null ? null : new Own(new CallableValue(name, method));
    }

    private Own? SequenceMethod(IReadOnlyList<object?> items, string name, bool isList)
    {
        Func<Arguments, object?>? method = name switch
        {
            "index" => a =>
            {
                var wanted = a.Bind("index", ("value", Arguments.Required))[0];
                for (var i = 0; i < items.Count; i++)
                {
                    Budget.Step();
                    if (PythonEquality.AreEqual(items[i], wanted)) return new BigInteger(i);
                }

                throw TemplateException.Value($"{PythonText.Repr(wanted)} is not in list");
            }
            ,
            "count" => a =>
            {
                var wanted = a.Bind("count", ("value", Arguments.Required))[0];
                Budget.Step(1 + items.Count);
                return new BigInteger(items.Count(item => PythonEquality.AreEqual(item, wanted)));
            }
            ,
            "copy" when isList => _ => items.ToList(),
            _ => null,
        };
        return method is null ? null : new Own(new CallableValue(name, method));
    }
}
