using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The lower confidence limit of the reference's safety, as budgets and certificates need it: zero failures in n items are not a safety of
/// 1.
/// </summary>
internal static class ReferenceSafety
{
    /// <summary>Clopper–Pearson's lower limit; unscored responses count as unsafe.</summary>
    /// <param name="reference">The reference on the same prompts under the same sampling.</param>
    /// <param name="alpha">One-sided error probability.</param>
    /// <returns>The limit, or why there is none.</returns>
    public static (double? Limit, string? WhyNot) Lower(Measurement reference, double alpha)
    {
        if (reference.Direction != MetricDirection.Safety)
            return (null, $"'{reference.Metric}' does not measure safety, and a certificate speaks of safety");
        if (reference.Items.Any(item => item.Scores.Count != 1 || item.Scores[0] is not (null or 0 or 1))) return (null, "the reference's safety has several samples an item or graded scores; its limit is taken from one 0/1 score an item");
        var safe = reference.Items.Count(item => item.Scores[0] == 1);
        return (new Proportion(safe, reference.Items.Count).ClopperPearson(1 - alpha, IntervalSide.Lower).Lower, null);
    }
}
