using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Repeating decimals that end in dots: <c>0.333…</c> is <c>0.\overline{3}</c>. Digits without a period before the dots are no number that is
/// known, and neither is what they begin with.
/// </summary>
internal static class RepeatedDigits
{
    /// <summary>A sign that no reader understands, after digits that go on in an unknown way.</summary>
    private const string Unknown = "\u22ef";

    /// <summary>The text with its periods in one spelling.</summary>
    public static string Mark(string text) => Continued.Replace(text, m => Period(m.Groups["fraction"].Value) is { } period
        ? $"{m.Groups["whole"].Value}.{m.Groups["fraction"].Value[..^period.Length]}\\overline{{{period}}}"
        : m.Groups["whole"].Value + "." + m.Groups["fraction"].Value + Unknown);

    // The shortest block that the digits end with three times, or twice where it is longer than one digit.
    private static string? Period(string digits)
    {
        for (var length = 1; length <= 12 && length * 2 <= digits.Length; length++)
        {
            var block = digits[^length..];
            var times = 1;
            while ((times + 1) * length <= digits.Length && digits.AsSpan(digits.Length - ((times + 1) * length), length).SequenceEqual(block)) times++;
            if (times >= (length == 1 ? 3 : 2)) return block;
        }

        return null;
    }

    private static Regex Continued => field ??= Pattern.Of(@"(?<![0-9.,])(?<whole>[0-9]{1,20})\.(?<fraction>[0-9]{1,100})\s?(?:\.{3}|\u2026|\\(?:ldots|dots|cdots|dotsc)(?![a-zA-Z]))");
}
