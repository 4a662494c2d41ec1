using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>A rate by itself in words: what it is, of how many, and its interval.</summary>
internal static class ObservedRate
{
    /// <summary>The rate of a measurement, unscored responses counted as bad.</summary>
    /// <param name="now">The measurement; sound.</param>
    /// <param name="alpha">One-sided level of each limit.</param>
    public static string Of(Measurement now, double alpha)
    {
        var values = InferenceUnits.Values(now);
        var refused = now.Direction == MetricDirection.OverRefusal ? Invariant($" (harmless requests refused: {1 - values.Average():0.####})") : "";
        return Words(now, values.Average(), BoundedMean.Limits(values, alpha), alpha) + refused;
    }

    /// <summary>A rate and its interval, both computed.</summary>
    /// <param name="now">The measurement.</param>
    /// <param name="rate">Its rate.</param>
    /// <param name="limits">The limits, each one-sided at α.</param>
    /// <param name="alpha">One-sided level of each limit.</param>
    public static string Words(Measurement now, double rate, Interval limits, double alpha) =>
        Invariant($"{rate:0.####}: {Counted(now)}; {100 * (1 - 2 * alpha):0.##} % interval {limits.Lower:0.####} to {limits.Upper:0.####} (two-sided, {Method(now)})");

    private static bool IsBinary(Measurement now) => now.Items.All(item => item.Scores is [null or 0 or 1]);

    private static string Counted(Measurement now) => (IsBinary(now) ? Invariant($"{now.Items.Count(i => i.Scores[0] == 1)} of ") : "the mean of ")
        + UnitWords.Count(now.Items.Count, InferenceUnits.Sizes(now)?.Count)
        + (IsBinary(now) ? "" : now.Items[0].Scores.Count is var samples and > 1 ? Invariant($", {samples} samples each") : ", graded");

    private static string Method(Measurement now) =>
        InferenceUnits.Sizes(now) is not null ? "Gaffke's over behaviors" : IsBinary(now) ? "Clopper–Pearson" : "Gaffke's over items";
}
