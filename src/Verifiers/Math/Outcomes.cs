using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// What the calculations of a text come to. A value that was calculated on the way, before the last calculation came to another one, is a step
/// of the work and not its end; a bare sentence gives the end of the work or nothing.
/// </summary>
internal static class Outcomes
{
    private const int LongestRead = 20_000, LongestValue = 200;

    /// <summary>How a value stands to the calculations before it.</summary>
    public enum Place
    {
        /// <summary>The text before calculates nothing.</summary>
        NoWork,

        /// <summary>No calculation came to it.</summary>
        Nowhere,

        /// <summary>A calculation came to it, and a later one to something else.</summary>
        Earlier,

        /// <summary>The last calculation came to it.</summary>
        Last,
    }

    /// <summary>How a value stands to the calculations of a text.</summary>
    /// <param name="before">The text before the sentence of the value.</param>
    /// <param name="value">The value.</param>
    public static Place Of(string before, string value)
    {
        if (before.Length > LongestRead) before = before[^LongestRead..];
        var own = Bare(value);
        if (own.LastIndexOf('=') is >= 0 and var equals) own = own[(equals + 1)..];
        var (place, checkedFrom) = (Place.NoWork, 0);
        foreach (Match match in Outcome.Matches(Unmarked(before)))
        {
            if (Bare(match.Groups[1].Value) is not { Length: > 0 } outcome) continue;
            if (outcome == own) (place, checkedFrom) = (Place.Last, match.Index);
            else place = place is Place.Last or Place.Earlier ? Place.Earlier : Place.Nowhere;
        }

        // What was calculated after it may be its check.
        return place == Place.Earlier && Checks.IsMatch(Unmarked(before), checkedFrom) ? Place.Last : place;
    }

    // Without the calculator's marks of GSM8K and the formulas' frames around plain numbers.
    private static string Unmarked(string text) => Plain.Replace(Marks.Replace(text, ""), "$1");

    private static string Bare(string value)
    {
        if (value.Length > LongestValue) return "";
        var bare = Fraction.Replace(Words.Replace(value, ""), "$1/$2");
        bare = Space.Replace(bare.Replace('\u2212', '-').Replace("\u03c0", "\\pi", StringComparison.Ordinal), "").TrimEnd('.', ',', ';', ':');
        return Number.Match(bare) is { Success: true } number ? NoDecimals.Replace(number.Value.Replace(",", "", StringComparison.Ordinal), "") : bare;
    }

    private static Regex Marks => field ??= Pattern.Of(@"<<[^<>]{0,100}>>");

    private static Regex Plain => field ??= Pattern.Of(@"\\\(\s*([-\d.,]+)\s*\\\)");

    // What stands behind an equals sign, up to the next one or the end of its formula or clause.
    private static Regex Outcome => field ??= Pattern.Of(@"(?:=|\\equiv(?![a-zA-Z])|\\approx(?![a-zA-Z])|\u2248)\s*((?:(?!=|\n|\\[)\]]|\\approx|\\equiv|\u2248|\$(?!\d)|\\\\|&|[.,;](?=\s|$)).)*)");

    private static Regex Fraction => field ??= Pattern.Of(@"(?<!\d\s?)\\[dt]?frac\s?\{(\d+)\}\s?\{(\d+)\}");

    private static Regex NoDecimals => field ??= Pattern.Of(@"(?<=\.\d*)0+$|\.0*$");

    private static Regex Words => field ??= Pattern.Of(@"\\(?:text|mathrm|textbf|mbox)\s*\{[^{}]*\}|\\[!,;: ]|\\(?:left|right|displaystyle)(?![a-zA-Z])|(?<=\\)[dt](?=frac)");

    private static Regex Space => field ??= Pattern.Of(@"[\s$*_`{}]|\\?%|\\$");

    // A number with what is counted.
    private static Regex Number => field ??= Pattern.Of(@"^-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)?(?:\.\d+)?(?:/\d+)?(?=[A-Za-z(]|$)(?![a-z]?\^|[a-z]$|[a-z][-+])(?<=\d)");

    private static Regex Checks => field ??= Pattern.Of(@"\b(?:check\w*|verif\w+|confirm\w*|correct|satisf\w+|works?|valid|true|holds?|both sides|indeed)\b", RegexOptions.IgnoreCase);
}
