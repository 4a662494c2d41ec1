using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>
/// Evaluates a parsed template as Jinja2's immutable sandbox does: data can be read, never changed, and nothing outside of the context
/// and Jinja's own functions can be reached.
/// </summary>
internal sealed partial class TemplateInterpreter
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
}
