namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Ratio of the means of paired values, such as safety lost over accuracy gained by the same training, with Fieller's limits: exact for
/// values that are jointly normal, whatever their correlation, and honest about a denominator that may be 0.
/// </summary>
/// <param name="N">Pairs; 1 or more.</param>
/// <param name="Numerator">Mean of the numerators.</param>
/// <param name="Denominator">Mean of the denominators.</param>
/// <param name="Limits">Two-sided limits of the ratio of the expectations; <c>null</c> when there are none, for which see
/// <paramref name="WhyNone"/>.</param>
/// <param name="WhyNone">Why there are no limits.</param>
/// <remarks>
/// Source: Fieller, "Some problems in interval estimation" (JRSS B, 1954). The set of ratios θ for which the mean of y − θx does not differ
/// from 0 by Student's t on n − 1 degrees of freedom. It is an interval only where the denominator itself differs from 0 at that level;
/// otherwise it is unbounded and no limits are given.
/// </remarks>
public sealed record RatioOfMeans(int N, double Numerator, double Denominator, Interval? Limits, RatioWithoutLimits WhyNone)
{
    /// <summary>The ratio of the two means; <c>null</c> for a denominator of 0.</summary>
    public double? Estimate => Denominator == 0 ? null : Numerator / Denominator;

    /// <summary>Of pairs.</summary>
    /// <param name="numerators">The numerators.</param>
    /// <param name="denominators">The denominators, in the same order.</param>
    /// <param name="level">Confidence, such as .95.</param>
    /// <exception cref="ArgumentException">Lengths differ, there is no pair, or a value is not finite.</exception>
    public static RatioOfMeans Of(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators, double level)
    {
        Check.Finite(numerators, nameof(numerators));
        Check.Finite(denominators, nameof(denominators));
        Check.OpenUnit(level, nameof(level));
        if (numerators.Count != denominators.Count)
            throw new ArgumentException(Invariant($"There are {numerators.Count} numerators and {denominators.Count} denominators."), nameof(denominators));
        var n = numerators.Count;
        var (y, x) = (StudentMean.Average(numerators), StudentMean.Average(denominators));
        if (n == 1) return new(n, y, x, null, RatioWithoutLimits.OnePair);
        var t = StudentT.UpperQuantile((1 - level) / 2, n - 1);
        var scale = t * t / n / (n - 1);
        var a = (x * x) - (scale * denominators.Sum(value => (value - x) * (value - x)));
        if (!(a > 0)) return new(n, y, x, null, RatioWithoutLimits.DenominatorNearZero);
        var b = (x * y) - (scale * numerators.Zip(denominators, (top, bottom) => (top - y) * (bottom - x)).Sum());
        var c = (y * y) - (scale * numerators.Sum(value => (value - y) * (value - y)));
        var root = Math.Sqrt(Math.Max(0, (b * b) - (a * c))); // never negative but by rounding
        return root == 0
            ? new(n, y, x, null, RatioWithoutLimits.NothingVaries)
            : new(n, y, x, new Interval((b - root) / a, (b + root) / a), RatioWithoutLimits.None);
    }
}
