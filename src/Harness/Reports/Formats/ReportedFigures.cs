using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Reports.Formats;

/// <summary>The rates of a verdict by name, for formats that machines read: in the stored direction, 1 is good; finite values only.</summary>
internal static class ReportedFigures
{
    /// <summary>
    /// <c>before.*</c> and <c>now.*</c>: <c>rate</c>, its interval (<c>lower</c>, <c>upper</c>), Wilson's, and the rate corrected for the
    /// scorer's errors with its interval; where it is known, how many <c>responses</c> there are and how many of them are <c>cut</c>.
    /// </summary>
    public static IEnumerable<(string Name, double Value)> Of(VerdictRecord verdict) =>
        new[] { ("before", verdict.Comparison?.Before), ("now", verdict.Comparison?.Now ?? verdict.Rate) }
            .Where(side => side.Item2 is not null).SelectMany(side => Of(side.Item1, side.Item2!)).Where(figure => double.IsFinite(figure.Value));

    private static IEnumerable<(string Name, double Value)> Of(string side, ReportedRate rate) =>
    [
        ($"{side}.rate", rate.Rate),
        .. Limits($"{side}.interval", rate.Limits),
        .. Limits($"{side}.wilson", rate.Wilson),
        .. rate.Cut is { } cut ? [($"{side}.cut", cut.Cut), ($"{side}.responses", cut.Responses)] : Array.Empty<(string, double)>(),
        .. rate.Corrected is { } corrected
            ? [($"{side}.corrected", corrected.Rate), .. Limits($"{side}.correctedInterval", corrected.Limits)]
            : Array.Empty<(string, double)>(),
    ];

    private static IEnumerable<(string Name, double Value)> Limits(string name, Interval? interval) =>
        interval is { } limits ? [($"{name}.lower", limits.Lower), ($"{name}.upper", limits.Upper)] : [];
}
