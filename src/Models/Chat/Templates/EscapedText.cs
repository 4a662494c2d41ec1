using System.Runtime.CompilerServices;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>
/// Texts that count as escaped (MarkupSafe's <c>Markup</c>, which <c>safe</c> and <c>escape</c> give): a text that is joined with one is escaped.
/// </summary>
/// <remarks>
/// They are strings like others, known by their reference, so that whatever only reads a string need not ask. The empty text is never one.
/// </remarks>
internal static class EscapedText
{
    private static readonly ConditionalWeakTable<string, object> Known = [];
    private static readonly object Mark = new();

    /// <summary>Whether a value is one.</summary>
    public static bool Is(object? value) => value is string { Length: > 0 } text && Known.TryGetValue(text, out _);

    /// <summary>The text as one.</summary>
    public static string Of(string text)
    {
        if (text.Length == 0 || Is(text)) return text;
        var own = new string(text.AsSpan());
        Known.Add(own, Mark);
        return own;
    }

    /// <summary>The text as one if the value it was made of is one.</summary>
    public static string Like(object? value, string text) => Is(value) ? Of(text) : Plain(text);

    /// <summary>The text as none.</summary>
    public static string Plain(string text) => Is(text) ? new string(text.AsSpan()) : text;

    /// <summary>A value's text, escaped unless it counts as that.</summary>
    public static string From(object? value) => Is(value) ? (string)value! : Of(Escape(PythonText.Str(value)));

    /// <summary>A text with the five signs of HTML written out.</summary>
    public static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal);

    /// <summary>Two texts of which one counts as escaped, joined.</summary>
    public static string Joined(string first, string second) => Of(From(first) + From(second));

    /// <summary>What <c>%</c> and <c>format</c> put into such a text: numbers as they are, all else escaped.</summary>
    public static object? Given(object? value) => PythonNumbers.IsNumber(value) || value is UndefinedValue ? value : From(value);

    /// <summary>The values of <c>%</c>, escaped.</summary>
    public static object? GivenAll(object? values) => values switch
    {
        TupleValue tuple => new TupleValue([.. tuple.Items.Select(Given)]),
        MappingValue mapping => Mapped(mapping),
        _ => Given(values),
    };

    /// <summary>A method of such a text: what goes into it is escaped, and what comes out counts as escaped.</summary>
    public static CallableValue Method(CallableValue method) => method with
    {
        Function = arguments => Marked(method.Function(method.Name switch
        {
            "replace" => Arguments(arguments, (index, name) => index == 1 || name == "new"),
            "ljust" or "rjust" or "center" => Arguments(arguments, (index, name) => index == 1 || name == "fillchar"),
            "format" => Arguments(arguments, (_, _) => true),
            "join" when arguments.Positional is [var items] => new Arguments([PythonSequences.Iterate(items).Select(item => (object?)From(item)).ToList()], arguments.Named),
            "format_map" when arguments.Positional is [MappingValue mapping] => new Arguments([Mapped(mapping)], arguments.Named),
            _ => arguments,
        })),
    };

    private static Arguments Arguments(Arguments given, Func<int, string, bool> isEscaped) => new(
        [.. given.Positional.Select((value, index) => isEscaped(index, "") ? Given(value) : value)],
        given.Named.ToDictionary(pair => pair.Key, pair => isEscaped(-1, pair.Key) ? Given(pair.Value) : pair.Value, StringComparer.Ordinal));

    private static MappingValue Mapped(MappingValue mapping)
    {
        var escaped = new MappingValue();
        foreach (var (key, value) in mapping.Entries) escaped[key] = Given(value);
        return escaped;
    }

    private static object? Marked(object? result) => result switch
    {
        string text => Of(text),
        List<object?> parts => parts.Select(Marked).ToList(),
        TupleValue parts => new TupleValue([.. parts.Items.Select(Marked)]),
        _ => result,
    };
}
