using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads a whole answer: sets, tuples, intervals, unions, lists, named values, equations, units, words. Returns null for what it does not understand.</summary>
internal static partial class AnswerReader
{
    private const int LongestAnswer = 2000;

    /// <summary>What the text says; null when it is not understood.</summary>
    public static MathValue? Read(string text)
    {
        if (text.Length > LongestAnswer) return null;
        try
        {
            return Value(Unwrap(LatexText.Of(text)), depth: 0);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static MathValue Value(string s, int depth)
    {
        if (depth > 8) throw new FormatException("too deeply nested");
        s = Unwrap(s);
        if (s.Length == 0) throw new FormatException("nothing");
        if (Letter().Match(s) is { Success: true } choice) s = choice.Groups[1].Value; // \text{(B)} of a multiple choice
        if (PlainWord().IsMatch(s)) return new MathValue.Phrase(Tidy(s));
        if (Split(s, '\u222a') is { Count: > 1 } parts) return new MathValue.Several("union(", ")", [.. parts.Select(p => Value(p, depth + 1))]);
        if (s.StartsWith("\\{", StringComparison.Ordinal) && s.EndsWith("\\}", StringComparison.Ordinal)) return Set(s[2..^2], depth);
        if (Equals(s, depth) is { } equation) return equation;
        if (s[0] is '(' or '[' && s[^1] is ')' or ']' && Closes(s) && Split(s[1..^1], ',') is { Count: > 1 } items)
            return new MathValue.Several(s[..1], s[^1..], [.. items.Select(i => Endpoint(i, depth))]);
        if (s.StartsWith('\u00b1')) return Value(s[1..], depth + 1) is MathValue.Expression e ? Both(ExactValue.Of(0), e) : throw new FormatException("\u00b1");
        if (s.Split('\u00b1') is [var left, var right]) return Both(LatexParser.Parse(left), new(LatexParser.Parse(right), null));
        if (!WholeNumber().IsMatch(s) && Split(Separators().Replace(s, ","), ',') is { Count: > 1 } list) return new MathValue.Several("", "", [.. list.Select(i => Value(i, depth + 1))]);
        return WithUnit(s);
    }

    private static MathValue.Several Both(ExactValue middle, MathValue.Expression e) =>
        new("", "", [new MathValue.Expression(middle + e.Value, e.Unit), new MathValue.Expression(middle - e.Value, e.Unit)]);

    private static MathValue Set(string inside, int depth) =>
        string.IsNullOrWhiteSpace(inside) ? new MathValue.Several("{", "}", []) : new MathValue.Several("{", "}", [.. Split(inside, ',').Select(i => Value(i, depth + 1))]);

    private static MathValue Endpoint(string s, int depth)
    {
        var bare = s.Trim();
        return Infinity().Match(bare) is { Success: true } m ? new MathValue.Phrase(m.Groups[1].Value == "-" ? "-infinity" : "infinity") : Value(bare, depth + 1);
    }

    private static MathValue? Equals(string s, int depth)
    {
        var sides = Split(s, '=');
        if (sides.Count < 2) return null;
        var name = Name().Match(sides[0].Trim());
        if (name.Success) return new MathValue.Named(name.Value.Replace(" ", "", StringComparison.Ordinal), Value(sides[^1], depth + 1));
        if (sides.Count > 2) throw new FormatException("a chain of equations");
        return new MathValue.Equation(LatexParser.Parse(sides[0]) - LatexParser.Parse(sides[1]));
    }

    private static MathValue WithUnit(string s)
    {
        if (Currency().Match(s) is { Success: true } money) return new MathValue.Expression(LatexParser.Parse(money.Groups["minus"].Value + money.Groups["amount"].Value), Unit(money.Groups["sign"].Value));
        if (UnitAtEnd().Match(s) is { Success: true } unit && Unit(unit.Groups["unit"].Value) is { Length: > 0 } name)
            return new MathValue.Expression(LatexParser.Parse(unit.Groups["amount"].Value), name);
        return new MathValue.Expression(LatexParser.Parse(s), null);
    }

    private static string Unit(string text)
    {
        var bare = text.Trim(' ', '\u00ab', '\u00bb', '.').ToLowerInvariant();
        return bare switch
        {
            "$" or "dollar" or "dollars" or "usd" => "dollar",
            "\u20ac" or "euro" or "euros" => "euro",
            "\u00a3" or "pounds sterling" => "pound sterling",
            "\u00b0" or "degree" or "degrees" => "degree",
            "%" or "percent" or "per cent" => "%",
            "m" or "meter" or "meters" or "metre" or "metres" => "meter",
            "cm" or "centimeter" or "centimeters" => "centimeter",
            "km" or "kilometer" or "kilometers" => "kilometer",
            "h" or "hr" or "hrs" or "hour" or "hours" => "hour",
            "min" or "mins" or "minute" or "minutes" => "minute",
            "s" or "sec" or "second" or "seconds" => "second",
            "feet" or "ft" or "foot" => "foot",
            "inch" or "inches" or "in" => "inch",
            _ => bare.Length > 3 && bare.EndsWith('s') && !bare.EndsWith("ss", StringComparison.Ordinal) ? bare[..^1] : bare,
        };
    }

    // Outer dollars, \( \), full stops and pairs of brackets that hold one value.
    private static string Unwrap(string s)
    {
        for (var before = ""; before != s;)
        {
            before = s;
            s = s.Trim().TrimEnd('.', ';', ':').Trim();
            if (s.Length >= 2 && s[0] == '$' && s[^1] == '$' && s.Length > 2) s = s.Trim('$');
            if (s.StartsWith("\\(", StringComparison.Ordinal) && s.EndsWith("\\)", StringComparison.Ordinal)) s = s[2..^2];
            if (s.StartsWith("\\[", StringComparison.Ordinal) && s.EndsWith("\\]", StringComparison.Ordinal)) s = s[2..^2];
            if (s.Length >= 2 && s[0] == '{' && s[^1] == '}' && Closes(s)) s = s[1..^1];
            if (s.StartsWith("**", StringComparison.Ordinal) && s.EndsWith("**", StringComparison.Ordinal) && s.Length > 4) s = s[2..^2];
        }

        return s;
    }

    // Whether the first bracket is closed by the last character and not before.
    private static bool Closes(string s)
    {
        var depth = 0;
        for (var i = 0; i < s.Length; i++)
        {
            if (s[i] is '(' or '[' or '{') depth++;
            if (s[i] is ')' or ']' or '}' && --depth == 0) return i == s.Length - 1;
        }

        return false;
    }

    // Splits outside of brackets. A comma between digit groups of a bare number is not a separator (WholeNumber), inside brackets it is.
    private static List<string> Split(string s, char separator)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < s.Length; i++)
        {
            if (s[i] is '(' or '[' or '{') depth++;
            else if (s[i] is ')' or ']' or '}') depth--;
            else if (s[i] == separator && depth == 0)
            {
                parts.Add(s[start..i]);
                start = i + 1;
            }
        }

        parts.Add(s[start..]);
        return parts;
    }

    private static string Tidy(string s) => s.Trim(' ', '\u00ab', '\u00bb', '.').ToLowerInvariant();

    [GeneratedRegex(@"^\u00ab[^\u00ab\u00bb]+\u00bb$|^(?!(?:sqrt|frac|sin|cos|tan|log|exp|and|or)\b)[A-Za-z]{3,}(?: [A-Za-z]+)*$")]
    private static partial Regex PlainWord();

    [GeneratedRegex(@"^\u00ab\s*\(?([A-Za-z])\)?\s*\u00bb$")]
    private static partial Regex Letter();

    [GeneratedRegex(@"^[-+]?\s*[$\u20ac\u00a3]?\s*[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])[^,]*$")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\s*,?\s*\u00ab\s*(?:and|or)\s*\u00bb\s*|\s*,?\s+(?:and|or)\s+")]
    private static partial Regex Separators();

    [GeneratedRegex(@"^\s*([+-]?)\s*(?:\\infty|infinity|inf|oo)\s*$")]
    private static partial Regex Infinity();

    [GeneratedRegex(@"^(?:[a-zA-Z](?:_(?:\w|\{\w+\}))?|\\(?:theta|alpha|beta|lambda|mu|gamma)|[a-zA-Z] ?\( ?[a-zA-Z] ?\))$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(?<minus>-?)\s*(?<sign>[$\u20ac\u00a3])\s*(?<amount>[0-9].*)$")]
    private static partial Regex Currency();

    [GeneratedRegex(@"^(?<amount>.*[0-9a-z)}])\s*(?<unit>\u00b0|%|\$|\u20ac|\u00ab[^\u00ab\u00bb]+\u00bb(?:\^\{?[23]\}?)?|(?<=[0-9)}])\s*(?:[a-z]{3,}(?: [a-z]+){0,3}|cm|mm|km|kg|mg|ml|ft|hr|hrs)(?:\^\{?[23]\}?)?)$", RegexOptions.IgnoreCase)]
    private static partial Regex UnitAtEnd();
}
