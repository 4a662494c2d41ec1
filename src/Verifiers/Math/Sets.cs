using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads sets: braces, builders, unions, differences, the empty set, the reals, intervals with turned brackets.</summary>
internal static class Sets
{
    public static MathValue.Several Reals { get; } = Interval("(", new MathValue.Phrase("-infinity"), new MathValue.Phrase("infinity"),
        ")");

    /// <summary>The set a text is; <c>null</c> when it is none of these.</summary>
    /// <param name="s">Text in one spelling.</param>
    /// <param name="read">Reads a part.</param>
    public static MathValue? Read(string s, Func<string, MathValue> read)
    {
        if (InWords(s) is { } known) return known;
        if (!s.Contains('\u2208', StringComparison.Ordinal) && AnswerReader.Split(s, '\u222a') is { Count: > 1 } parts) return Union(parts.ConvertAll(p => read(p)));
        if (RealsWithout.Match(s) is { Success: true } difference)
            return read(difference.Groups[1].Value) is MathValue.Several { Open: "{" } points
                ? Without(points.Items)
                : throw new FormatException("the reals without something other than points");
        if (s.StartsWith("\\{", StringComparison.Ordinal) && s.EndsWith("\\}", StringComparison.Ordinal) && s.Length >= 4 && s.IndexOf("\\}", StringComparison.Ordinal) == s.Length - 2) return Braces(s[2..^2].Trim(), read);
        if (Builder.Match(s) is { Success: true } bare && s.Any(c => "<>\u2264\u2265".Contains(c, StringComparison.Ordinal))) return Braces(s, read); // {x | x > 3}
        if (Turned.Match(s) is { Success: true } turned)
            return Interval(s[0] == ']' ? "(" : "[", read(turned.Groups[1].Value), read(turned.Groups[2].Value), s[^1] == '[' ? ")" : "]");
        return null;
    }

    /// <summary>The empty set and the reals as a symbol or in words; <c>null</c> for other texts.</summary>
    public static MathValue.Several? InWords(string s) =>
        s == "\u2205" || Nothing.IsMatch(s) ? new("{", "}", []) : s is "\u211d" or "\u00abR\u00bb" || AllReals.IsMatch(s) ? Reals : null;

    public static MathValue.Several Interval(string open, MathValue low, MathValue high, string close) => new(open, close, [low, high]);

    /// <summary>A union; parts that are unions themselves are taken apart.</summary>
    public static MathValue.Several Union(IReadOnlyList<MathValue> parts) =>
        parts.All(p => p is MathValue.Several { Open: "{" }) ? new("{", "}", [.. parts.SelectMany(p => ((MathValue.Several)p).Items)]) : new("union(", ")", [.. parts.SelectMany(p => p is MathValue.Several { Open: "union(" } union ? union.Items : [p])]);

    /// <summary>The reals without some points.</summary>
    public static MathValue.Several Without(IReadOnlyList<MathValue> points)
    {
        var sorted = points.Select(p => p is MathValue.Expression { Unit: null } e && e.Value.Approximate() is { } at ? (Point: (MathValue)e, At: at) : throw new FormatException("a point that is not a number")).OrderBy(p => p.At).ToList();
        if (sorted.Count == 0) return Reals;
        var ends = sorted.Select(p => p.Point).ToList();
        return Union([
            Interval("(", new MathValue.Phrase("-infinity"), ends[0], ")"),
            .. ends.Zip(ends.Skip(1), (a, b) => Interval("(", a, b, ")")),
            Interval("(", ends[^1], new MathValue.Phrase("infinity"), ")")]);
    }

    private static MathValue Braces(string inside, Func<string, MathValue> read)
    {
        if (inside.Length == 0) return new MathValue.Several("{", "}", []);
        if (Builder.Match(inside) is { Success: true } builder)
            return read(builder.Groups["condition"].Value) switch
            {
                MathValue.Solution solution when solution.Name == builder.Groups["name"].Value => solution.Set,
                MathValue.Named named when named.Name == builder.Groups["name"].Value => new MathValue.Several("{", "}", [named.Value]),
                _ => throw new FormatException("a set by a condition on something else"),
            };
        return new MathValue.Several("{", "}", [.. AnswerReader.Parts(inside).Select(read)]);
    }

    private static Regex Nothing => field ??= Pattern.Of(@"^\\\{\s*\\\}$|^\{\s*\}$|^\u00ab?(?i:(?:there (?:is|are) )?no solutions?|(?:the )?empty set)\u00bb?$");

    private static Regex AllReals => field ??= Pattern.Of(@"^\u00ab?all real numbers\u00bb?$", RegexOptions.IgnoreCase);

    private static Regex Turned => field ??= Pattern.Of(@"^(?:(?=\])|(?=.*\[$))[\[\]]([^\[\],;]+)[,;]([^\[\],;]+)[\[\]]$");

    private static Regex Builder => field ??= Pattern.Of(@"^(?<name>[a-zA-Z])\s*(?:\u2208\s*\u211d\s*)?(?:\||:)\s*(?<condition>.+)$");

    private static Regex RealsWithout => field ??= Pattern.Of(@"^\u211d\s*[\u2216-]\s*(\\\{.+)$");
}
