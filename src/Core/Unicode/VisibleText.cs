using System.Globalization;
using System.Text;

namespace SafetyGate.Core.Unicode;

/// <summary>
/// Text of a model sanitized for display: invisible characters (control characters, bidirectional overrides, zero-width marks,
/// halves of surrogate pairs) becomes visible, so that no response hides something or breaks a format.
/// </summary>
internal static class VisibleText
{
    private const int ZeroWidthJoiner = 0x200D; // holds emoji together

    /// <summary>The text with every invisible character shown. Line feeds and tabs stay.</summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes()) // a lone surrogate comes as U+FFFD
        {
            if (rune.Value is '\n' or '\t' or ZeroWidthJoiner) shown.Append(rune);
            else if (IsHidden(rune)) shown.Append(Invariant($"⟨U+{rune.Value:X4}⟩"));
            else shown.Append(rune);
        }

        return shown.ToString();
    }

    /// <summary>The text in one line: line feeds become ⏎, tabs blanks.</summary>
    public static string Line(string text) => Of(text.Trim()).Replace("\n", " ⏎ ", StringComparison.Ordinal).Replace('\t', ' ');

    /// <summary>The text in one line of at most so many characters.</summary>
    public static string Line(string text, int longest)
    {
        var line = Line(text);
        if (line.Length <= longest) return line;
        return line[..(char.IsHighSurrogate(line[longest - 1]) ? longest - 1 : longest)] + "…";
    }

    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || (rune.Value & 0xFFFE) == 0xFFFE; // no characters: XML forbids the first two of them
}
