using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Jinja's <c>loop</c>: where the innermost loop is.</summary>
internal sealed class LoopValue(IReadOnlyList<object?> items, int depth, Func<object?, string>? recurse)
{
    private object? _changed = new UndefinedValue("");
    private bool _hasChanged;

    public int Index { get; set; }

    public object? Attribute(string name) => name switch
    {
        "index" => new BigInteger(Index + 1),
        "index0" => new BigInteger(Index),
        "revindex" => new BigInteger(items.Count - Index),
        "revindex0" => new BigInteger(items.Count - Index - 1),
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => new BigInteger(items.Count),
        "depth" => new BigInteger(depth + 1),
        "depth0" => new BigInteger(depth),
        "previtem" => Index > 0 ? items[Index - 1] : new UndefinedValue("there is no previous item"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new UndefinedValue("there is no next item"),
        "cycle" => new CallableValue("cycle", a => a.Positional.Count > 0 ? a.Positional[Index % a.Positional.Count] : throw TemplateException.Type("no items for cycling given")),
        "changed" => new CallableValue("changed", Changed),
        _ => new UndefinedValue($"'LoopContext object' has no attribute '{name}'"),
    };

    public string Recurse(object? value) => recurse is null
        ? throw TemplateException.Type("The loop must have the 'recursive' marker to be called recursively.")
        : recurse(value);

    private object Changed(Arguments arguments)
    {
        var now = new TupleValue(arguments.Positional);
        if (_hasChanged && PythonEquality.AreEqual(_changed, now)) return false;
        (_changed, _hasChanged) = (now, true);
        return true;
    }
}
