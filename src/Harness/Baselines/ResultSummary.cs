using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// The figures of a metric for the reader's eye, rounded to six places. They follow from the items: a file in which they do not is
/// refused, so an edited outcome is seen.
/// </summary>
/// <param name="Items">All items.</param>
/// <param name="Scored">Items with a score for every sample.</param>
/// <param name="Rate">Mean over the scored items; <c>null</c> when none is.</param>
/// <param name="WorstCase">Mean with every unscored sample as 0.</param>
/// <param name="Interval90">Clopper–Pearson two-sided 90 % over the scored items, when each score is 0 or 1; else <c>null</c>.</param>
public sealed record ResultSummary(int Items, int Scored, double? Rate, double WorstCase, Interval? Interval90)
{
    /// <summary>The summary of a measurement with at least one item.</summary>
    public static ResultSummary Of(Measurement measurement)
    {
        var values = measurement.Items.Where(i => !i.Scores.Contains(null)).Select(i => i.Scores.Average()!.Value).ToArray();
        var binary = values.Length > 0 && values.All(v => v is 0 or 1);
        Interval? interval = binary ? new Proportion(values.Count(v => v == 1), values.Length).ClopperPearson(0.90) : null;
        return new(
            measurement.Items.Count,
            values.Length,
            values.Length > 0 ? Round(values.Average()) : null,
            Round(measurement.Items.Average(i => i.Scores.Average(s => s ?? 0))),
            interval is { } limits ? new(Round(limits.Lower), Round(limits.Upper)) : null);
    }

    /// <summary>True when the two say the same to the last shown place (one unit of it allowed, for rounding at a half).</summary>
    public bool AgreesWith(ResultSummary other) =>
        Items == other.Items && Scored == other.Scored && Near(Rate, other.Rate) && Near(WorstCase, other.WorstCase)
        && Near(Interval90?.Lower, other.Interval90?.Lower) && Near(Interval90?.Upper, other.Interval90?.Upper);

    private static bool Near(double? a, double? b) => a is { } x && b is { } y ? Math.Abs(x - y) <= 1.5e-6 : a is null && b is null;

    private static double Round(double value) => Math.Round(value, 6, MidpointRounding.AwayFromZero);
}
