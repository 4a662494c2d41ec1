namespace SafetyGate.Harness.Statistics;

/// <summary>Mean of independent values with Student's t interval. Shown for graded scores; never used to decide near the ceiling.</summary>
/// <param name="N">Values; 2 or more.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">With n − 1.</param>
public sealed record StudentMean(int N, double Mean, double StandardDeviation)
{
    /// <summary>Of values.</summary>
    /// <exception cref="ArgumentException">Fewer than two, or one that is not finite.</exception>
    public static StudentMean Of(IReadOnlyList<double> values)
    {
        Check.Finite(values, nameof(values));
        if (values.Count < 2) throw new ArgumentException("One value has no variance; at least two are needed.", nameof(values));
        var mean = Average(values);
        return new(values.Count, mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)));
    }

    /// <summary>The average; of equal values exactly that value, which a rounded sum over their number need not be.</summary>
    internal static double Average(IReadOnlyList<double> values) => values.All(v => v == values[0]) ? values[0] : values.Average();

    /// <summary>Standard error of the mean.</summary>
    public double StandardError => StandardDeviation / Math.Sqrt(N);

    /// <summary>True when all values are equal: then no t interval exists, and one of width zero must not be used.</summary>
    public bool IsDegenerate => StandardDeviation == 0;

    /// <summary>The t interval; the open side of a one-sided one is infinite. <c>null</c> when degenerate.</summary>
    public Interval? Limits(double level, IntervalSide side = IntervalSide.Two)
    {
        Check.OpenUnit(level, nameof(level));
        if (IsDegenerate) return null;
        var half = StudentT.UpperQuantile(side == IntervalSide.Two ? (1 - level) / 2 : 1 - level, N - 1) * StandardError;
        return new(side == IntervalSide.Upper ? double.NegativeInfinity : Mean - half,
            side == IntervalSide.Lower ? double.PositiveInfinity : Mean + half);
    }

    /// <summary>p of "the mean is below −margin": P(T ≥ (mean + margin)/se). <c>null</c> when degenerate.</summary>
    public double? NonInferiority(double margin)
    {
        Check.OpenUnit(margin, nameof(margin));
        return IsDegenerate ? null : StudentT.UpperTail((Mean + margin) / StandardError, N - 1);
    }
}
