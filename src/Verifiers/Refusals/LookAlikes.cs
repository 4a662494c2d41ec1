using System.Text;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Refusals;

/// <summary>
/// Letters of other scripts that look like Latin ones (Unicode's confusables), in words that are Latin otherwise: they hide a word from a
/// list and from nobody else. A text in Cyrillic or Greek keeps its letters.
/// </summary>
internal static class LookAlikes
{
    private const string Foreign = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u0432\u043c\u043d\u043a\u0442\u03b1\u03b5\u03bf\u03c1\u03bd\u03c5\u03b9\u03ba\u03c4\u03c7";
    private const string LatinLike = "aeopcyxijshdqwbmhktaeopvuiktx";
    private const string Small = "\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a\u1d0b\u029f\u1d0d\u0274\u1d0f\u1d18\u0280\ua731\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22\u0131\u0251\u0261";
    private const string SmallLatin = "abcdefghijklmnoprstuvwyziag";

    /// <summary>The text with Latin letters where others stand for them.</summary>
    /// <param name="text">Lower case.</param>
    public static string Latin(string text)
    {
        if (!text.Any(c => c >= '\u0131')) return text;
        text = Mapped(text, Small, SmallLatin);
        var others = text.Where(IsOther).ToList();
        if (others.Count == 0 || !text.Any(char.IsAsciiLetterLower)) return text;
        return others.TrueForAll(c => Foreign.Contains(c, StringComparison.Ordinal)) && others.Count < text.Count(char.IsAsciiLetterLower)
            ? Mapped(text, Foreign, LatinLike)
            : Word.Replace(text, m => m.Value.Any(char.IsAsciiLetterLower) ? Mapped(m.Value, Foreign, LatinLike) : m.Value);
    }

    private static bool IsOther(char c) => c is (>= '\u0370' and <= '\u052f') && char.IsLetter(c);

    private static string Mapped(string text, string from, string to)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var c in text) mapped.Append(from.IndexOf(c, StringComparison.Ordinal) is >= 0 and var at ? to[at] : c);
        return mapped.ToString();
    }

    private static Regex Word => field ??= Pattern.Of(@"\p{L}+");
}
