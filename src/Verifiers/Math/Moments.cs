using System.Globalization;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads times of day and dates.</summary>
internal static class Moments
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>A time or a date; <c>null</c> when the text is neither.</summary>
    public static MathValue? Read(string s)
    {
        s = s.Replace("\u00ab", " ", StringComparison.Ordinal).Replace("\u00bb", " ", StringComparison.Ordinal).Trim();
        if (Time.Match(s) is { Success: true } time)
        {
            var hour = int.Parse(time.Groups["hour"].Value, CultureInfo.InvariantCulture);
            var minute = time.Groups["minute"].Success ? int.Parse(time.Groups["minute"].Value, CultureInfo.InvariantCulture) : 0;
            string? half = time.Groups["half"].Success ? char.ToLowerInvariant(time.Groups["half"].Value[0]) + "m" : null;
            return hour <= 24 && minute < 60 && (time.Groups["minute"].Success || half is not null)
                && (half is null || hour is >= 1 and <= 12) ? new MathValue.Clock(hour, minute, half) : null;
        }

        if (Iso.Match(s) is { Success: true } iso && int.Parse(iso.Groups[2].Value, CultureInfo.InvariantCulture) is >= 1 and <= 12 and var numbered && int.Parse(iso.Groups[3].Value, CultureInfo.InvariantCulture) is >= 1 and <= 31 and var dayOfMonth)
            return new MathValue.Phrase(Invariant($"month {numbered} day {dayOfMonth} {iso.Groups[1].Value}"));
        if (Date.Match(s) is not { Success: true } date) return null;
        var month = Array.IndexOf(Months, date.Groups["month"].Value[..3].ToLowerInvariant()) + 1;
        var year = date.Groups["year"].Success ? date.Groups["year"].Value : "any year";
        return new MathValue.Phrase(Invariant($"month {month} day {int.Parse(date.Groups["day"].Value, CultureInfo.InvariantCulture)} {year}"));
    }

    private static Regex Time => field ??= Pattern.Of(@"^(?<hour>[0-9]{1,2})(?::(?<minute>[0-9]{2}))?\s*(?<half>[ap]\.?\s?m\b\.?)?$", RegexOptions.IgnoreCase);

    private static Regex Iso => field ??= Pattern.Of(@"^([0-9]{4})-([0-9]{2})-([0-9]{2})$");

    private const string Month = "(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

    private static Regex Date => field ??= Pattern.Of("^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\\s*)?(?:(?:" + Month + "\\.?\\s+(?:the\\s+)?(?<day>[0-9]{1,2})(?:st|nd|rd|th)?)|(?:(?:the\\s+)?(?<day>[0-9]{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?" + Month + "\\.?))(?:,?\\s+(?<year>[0-9]{4}))?$", RegexOptions.IgnoreCase);
}
