using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Reports;

/// <summary>A rate in the stored direction (1 is good), unscored responses counted against the model.</summary>
/// <param name="Rate">The rate, in [0, 1].</param>
/// <param name="Limits">Interval at the level of the rule: Clopper–Pearson, or Gaffke's over behaviors where items share them; <c>null</c>
/// for graded scores or several samples.</param>
public sealed record ReportedRate(double Rate, Interval? Limits)
{
    /// <summary>The mean of values, with the interval when each item has one 0/1 score.</summary>
    /// <param name="values">One value an item, or a behavior where items share them; at least one.</param>
    /// <param name="binary">True when each item has one 0/1 score.</param>
    /// <param name="level">Confidence of the two-sided interval.</param>
    public static ReportedRate Of(IReadOnlyList<double> values, bool binary, double level) =>
        new(values.Average(), binary ? BoundedMean.Limits(values, (1 - level) / 2) : null);
}
