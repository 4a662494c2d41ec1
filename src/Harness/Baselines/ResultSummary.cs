using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// The figures of a metric for the reader's eye, rounded to six places. They follow from the items: a file in which they do not is
/// refused, so an edited outcome is seen.
/// </summary>
/// <param name="Items">All items.</param>
/// <param name="Scored">Items with scores for all samples.</param>
/// <param name="Rate">Mean over the scored items, or over their behaviors where items share them; <c>null</c> when none is.</param>
/// <param name="WorstCase">Mean with every unscored sample as 0.</param>
/// <param name="Interval90">Two-sided 90 % over the scored items, when each score is 0 or 1: Clopper–Pearson, or Gaffke's over behaviors
/// where items share them; else <c>null</c>.</param>
public sealed record ResultSummary(int Items, int Scored, double? Rate, double WorstCase, Interval? Interval90)
{
    /// <summary>Responses that the limit on new tokens ended; <c>null</c>: not known.</summary>
    public int? Cut { get; init; }

    /// <summary>The summary of a measurement with at least one item.</summary>
    public static ResultSummary Of(Measurement measurement)
    {
        var scored = measurement.Items.Where(i => !i.Scores.Contains(null)).ToArray();
        var values = Units(scored, i => i.Scores.Average()!.Value);
        var binary = scored.Length > 0 && scored.All(i => i.Scores.Average() is 0 or 1);
        Interval? interval = binary ? BoundedMean.Limits(values, 0.05) : null;
        return new(
            measurement.Items.Count,
            scored.Length,
            values.Length > 0 ? Round(values.Average()) : null,
            Round(Units(measurement.Items, i => i.Scores.Average(s => s ?? 0)).Average()),
            interval is { } limits ? new(Round(limits.Lower), Round(limits.Upper)) : null)
        {
            Cut = CutResponses.Of(measurement.Items)?.Cut,
        };
    }

    private static double[] Units(IEnumerable<ItemOutcome> items, Func<ItemOutcome, double> value) =>
        [.. InferenceUnits.Group(items, i => i.Behavior).Select(unit => unit.Average(value))];

    /// <summary>True if the two agree to the last shown place (one unit of it allowed, for rounding at a half).</summary>
    public bool AgreesWith(ResultSummary other) =>
        Items == other.Items && Scored == other.Scored && Near(Rate, other.Rate) && Near(WorstCase, other.WorstCase)
        && Near(Interval90?.Lower, other.Interval90?.Lower) && Near(Interval90?.Upper, other.Interval90?.Upper);

    private static bool Near(double? a, double? b) => a is { } x && b is { } y ? Math.Abs(x - y) <= 1.5e-6 : a is null && b is null;

    private static double Round(double value) => Math.Round(value, 6, MidpointRounding.AwayFromZero);
}
