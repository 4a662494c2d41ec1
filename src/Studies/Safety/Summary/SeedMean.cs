using SafetyGate.Harness.Statistics;

namespace SafetyGate.Studies.Safety.Summary;

/// <summary>Mean of one figure over the trainings of an arm, with Student's limits.</summary>
/// <param name="N">Trainings.</param>
/// <param name="Mean">Mean.</param>
/// <param name="Limits">Two-sided 95 % limits; <c>null</c> for one training, or where all are equal.</param>
/// <param name="Least">Smallest value.</param>
/// <param name="Most">Largest value.</param>
public sealed record SeedMean(int N, double Mean, Interval? Limits, double Least, double Most)
{
    /// <summary>Confidence of all limits of a study.</summary>
    public const double Level = 0.95;

    /// <summary>Of one value a training; <c>null</c> of none.</summary>
    public static SeedMean? Of(IReadOnlyList<double> values) => values.Count == 0 ? null
        : values.Count == 1 ? new(1, values[0], null, values[0], values[0])
        : StudentMean.Of(values) is var mean ? new(mean.N, mean.Mean, mean.Limits(Level), values.Min(), values.Max()) : null;
}
