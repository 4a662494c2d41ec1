using System.Numerics;
using System.Runtime.CompilerServices;

namespace SafetyGate.Models.Chat.Templates;

/// <content>Values of expressions.</content>
internal sealed partial class TemplateInterpreter
{
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
}
