using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Reports;

/// <summary>A rate in the stored direction (1 is good), unscored responses counted against the model.</summary>
/// <param name="Rate">The rate, in [0, 1].</param>
/// <param name="Limits">Interval at the level of the rule: Clopper–Pearson, or Gaffke's over behaviors where items share them; <c>null</c>
/// for graded scores or several samples.</param>
public sealed record ReportedRate(double Rate, Interval? Limits)
{
    /// <summary>Wilson's interval, shown beside <see cref="Limits"/>; <c>null</c> unless each unit is 0 or 1.</summary>
    public Interval? Wilson { get; init; }

    /// <summary>The responses behind it that the limit on new tokens ended; <c>null</c>: not known.</summary>
    public CutResponses? Cut { get; init; }

    /// <summary>The rate corrected for the scorer's errors; <c>null</c> if the scorer was not measured.</summary>
    public ScorerCorrected? Corrected { get; init; }

    /// <summary>The mean of values, with the intervals when each item has one 0/1 score.</summary>
    /// <param name="values">One value an item, or a behavior where items share them; at least one.</param>
    /// <param name="binary">True when each item has one 0/1 score.</param>
    /// <param name="level">Confidence of the two-sided interval.</param>
    public static ReportedRate Of(IReadOnlyList<double> values, bool binary, double level) => binary
        ? new(values.Average(), BoundedMean.Limits(values, (1 - level) / 2)) { Wilson = BoundedMean.Counted(values)?.Wilson(level) }
        : new(values.Average(), null);

    /// <summary>The present rate of a floor, as its claim judged it.</summary>
    internal static ReportedRate Of(FloorEvidence floor, Measurement measured, double level) =>
        new(floor.Rate, floor.Limits) { Wilson = floor.Wilson, Corrected = ScorerCorrected.Of(measured, level), Cut = CutResponses.Of(measured.Items) };
}
