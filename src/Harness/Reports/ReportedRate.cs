using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Reports;

/// <summary>A rate in the stored direction (1 is good), unscored responses counted against the model.</summary>
/// <param name="Rate">The rate, in [0, 1].</param>
/// <param name="Limits">Clopper–Pearson's interval at the level of the rule; <c>null</c> for graded scores or several samples.</param>
public sealed record ReportedRate(double Rate, Interval? Limits)
{
    /// <summary>The mean of values, with the interval when each of them is 0 or 1.</summary>
    /// <param name="values">One value an item; at least one.</param>
    /// <param name="binary">True when each value is one 0/1 score.</param>
    /// <param name="level">Confidence of the two-sided interval.</param>
    public static ReportedRate Of(IReadOnlyCollection<double> values, bool binary, double level) =>
        new(values.Average(), binary ? new Proportion(values.Count(v => v == 1), values.Count).ClopperPearson(level) : null);
}
