using SafetyGate.Harness.Statistics;

namespace SafetyGate.Studies.Safety.Summary;

/// <summary>Difference of two arms' means over independent trainings, with Welch's limits.</summary>
/// <param name="Difference">First mean less the second.</param>
/// <param name="Limits">Two-sided limits; <c>null</c> where an arm has one training, or nothing varies.</param>
/// <remarks>Source: Welch (Biometrika, 1947), degrees of freedom by Satterthwaite.</remarks>
public sealed record SeedContrast(double Difference, Interval? Limits)
{
    /// <summary>Of one value a training.</summary>
    /// <exception cref="ArgumentException">An arm has no value, or one that is not finite.</exception>
    public static SeedContrast Of(IReadOnlyList<double> first, IReadOnlyList<double> second, double level)
    {
        if (first.Count < 2 || second.Count < 2) return new(first.Average() - second.Average(), null);
        var (one, other) = (StudentMean.Of(first), StudentMean.Of(second));
        var (a, b) = (one.StandardError * one.StandardError, other.StandardError * other.StandardError);
        if (!(a + b > 0)) return new(one.Mean - other.Mean, null);
        var freedom = (a + b) * (a + b) / ((a * a / (one.N - 1)) + (b * b / (other.N - 1)));
        var half = StudentT.UpperQuantile((1 - level) / 2, freedom) * Math.Sqrt(a + b);
        return new(one.Mean - other.Mean, new(one.Mean - other.Mean - half, one.Mean - other.Mean + half));
    }
}
