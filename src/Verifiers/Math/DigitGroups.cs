using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Digits in groups, as countries write them: <c>10 000</c>, <c>1 234,5</c>, <c>10\,000</c>, <c>10'000</c>, <c>1,00,000</c>, <c>1.234.567</c>,
/// <c>1.234,56</c>.
/// Only complete groups are joined. <c>1,000</c> alone is left to the parser and a lone <c>1.234</c> is a decimal.
/// </summary>
internal static class DigitGroups
{
    /// <summary>The text with its groups joined.</summary>
    public static string Join(string text)
    {
        var s = Blank.Replace(text, m => Digits(m.Groups["whole"].Value) + (m.Groups["fraction"].Success ? "." + m.Groups["fraction"].Value : ""));
        s = Indian.Replace(s, m => Digits(m.Value));
        s = Dots.Replace(s, m => Digits(m.Groups["whole"].Value) + (m.Groups["fraction"].Success ? "." + m.Groups["fraction"].Value : ""));
        return CommasThenPoint.Replace(s, m => Digits(m.Groups["whole"].Value) + "." + m.Groups["fraction"].Value);
    }

    private static string Digits(string groups) => string.Concat(GroupMark.Replace(groups, "").Where(char.IsAsciiDigit));

    private static Regex Blank => field ??= Pattern.Of(@"(?<![\d.,_^/]|[\d,][ ])(?<whole>[0-9]{1,3}(?:(?<mark>\\,|\\;|\\:|\\ |\\!,|\{,\}\\!|~|[ \u00a0\u2009\u202f\u2007]|['\u2019]|\{\\,\})[0-9]{3})(?:\k<mark>[0-9]{3})*)(?:,(?<fraction>[0-9]{1,2})(?![0-9.,]))?(?![0-9]|[ ,\u00a0\u202f'/][0-9])");

    private static Regex Indian => field ??= Pattern.Of(@"(?<![\d.,(\[{;])[0-9]{1,2}(?:(?:,|\{,\})[0-9]{2})+(?:,|\{,\})[0-9]{3}(?![0-9]|,[0-9])");

    private static Regex Dots => field ??= Pattern.Of(@"(?<![\d.,])(?<whole>[0-9]{1,3}(?:\.[0-9]{3}){2,})(?:,(?<fraction>[0-9]+))?(?![0-9.,][0-9]|[0-9])|(?<![\d.,])(?<whole>[0-9]{1,3}\.[0-9]{3}),(?<fraction>[0-9]{1,2})(?![0-9.,]*[0-9])");

    private static Regex CommasThenPoint => field ??= Pattern.Of(@"(?<![\d.,(\[{;])(?<whole>[0-9]{1,3}(?:,[0-9]{3})+)\.(?<fraction>[0-9]+)(?![0-9])");

    private static Regex GroupMark => field ??= Pattern.Of(@"\\.|[{}]");
}
