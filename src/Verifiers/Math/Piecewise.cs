using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads values under conditions, and systems of equations, in a <c>cases</c> environment.</summary>
internal static class Piecewise
{
    /// <summary>The function or the system a text is; <c>null</c> when it is none.</summary>
    /// <param name="s">Text in one spelling.</param>
    /// <param name="read">Reads a part.</param>
    public static MathValue? Read(string s, Func<string, MathValue> read)
    {
        if (Environment.Match(s) is not { Success: true } cases) return null;
        var rows = cases.Groups["rows"].Value.Split(LatexText.RowEnd, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var named = cases.Groups["name"];
        if (named.Success && Names.Of(named.Value) is null) throw new FormatException("cases of something that is no name");
        if (!named.Success && rows.All(r => !r.Contains('&', StringComparison.Ordinal))) return new MathValue.Several("", "", [.. rows.Select(r => read(r.TrimEnd(',', ';', ' ')))]);
        var value = new MathValue.Cases([.. rows.Select(r => Row(r, read))]);
        return named.Success ? new MathValue.Named(Names.Of(named.Value)!, value) : value;
    }

    private static MathValue.Case Row(string row, Func<string, MathValue> read)
    {
        if (row.Split('&', StringSplitOptions.TrimEntries) is not [var value, var condition]) throw new FormatException("a case without a condition");
        condition = Idle.Replace(condition, " ").Trim(' ', ',', '.', ';');
        MathValue? known = null;
        try
        {
            known = read(condition);
        }
        catch (FormatException)
        {
            // Its words decide.
        }

        return new(read(value.TrimEnd(',', ';', ' ')), known is MathValue.Phrase ? null : known, Blank.Replace(condition, "").ToLowerInvariant());
    }

    private static Regex Environment => field ??= Pattern.Of(@"^(?:(?<name>[^=\\]{1,20}?)\s*=\s*)?\\begin\s*\{d?cases\}(?<rows>(?:(?!\\begin|\\end)[\s\S])+)\\end\s*\{d?cases\}\.?$");

    // Words that join a condition to its value, and the marks of words.
    private static Regex Idle => field ??= Pattern.Of(@"[\u00ab\u00bb$]|\b(?:if|for|when|where|is|an?)\b|\\text\s*\{|(?<=[a-z])\}");

    private static Regex Blank => field ??= Pattern.Of(@"\s+");
}
