namespace SafetyGate.Harness.Statistics;

/// <summary>Weighted mean over strata, such as suites of different sizes, with Satterthwaite's degrees of freedom.</summary>
/// <param name="Mean">Σ w x̄.</param>
/// <param name="StandardError">√Σ w² s²/n.</param>
/// <param name="DegreesOfFreedom">Satterthwaite's; NaN when nothing varies.</param>
/// <param name="StratumMeans">Mean of each stratum.</param>
public sealed record StratifiedMean(double Mean, double StandardError, double DegreesOfFreedom, IReadOnlyList<double> StratumMeans)
{
    /// <summary>Of strata and their weights, which need not add up to 1.</summary>
    /// <exception cref="ArgumentException">A stratum of fewer than two values, a weight that is not above 0, or lengths that
    /// differ.</exception>
    public static StratifiedMean Of(IReadOnlyList<IReadOnlyList<double>> strata, IReadOnlyList<double> weights)
    {
        if (strata.Count == 0) throw new ArgumentException("There are no strata.", nameof(strata));
        if (strata.Count != weights.Count)
            throw new ArgumentException(Invariant($"There are {strata.Count} strata and {weights.Count} weights."), nameof(weights));
        if (weights.Any(w => !(w > 0 && double.IsFinite(w))))
            throw new ArgumentException("A weight is not a finite number above 0.", nameof(weights));
        var total = weights.Sum();
        var parts = strata.Zip(weights, (s, w) => (Weight: w / total, Mean: StudentMean.Of(s))).ToArray();
        var variances = parts.Select(p => p.Weight * p.Weight * p.Mean.StandardError * p.Mean.StandardError).ToArray();
        var variance = variances.Sum();
        var df = variance * variance / variances.Zip(parts, (v, p) => v * v / (p.Mean.N - 1)).Sum();
        return new(parts.Sum(p => p.Weight * p.Mean.Mean), Math.Sqrt(variance), df, [.. parts.Select(p => p.Mean.Mean)]);
    }

    /// <summary>Two-sided t interval; <c>null</c> when nothing varies.</summary>
    public Interval? Limits(double level)
    {
        Check.OpenUnit(level, nameof(level));
        if (!(StandardError > 0)) return null;
        var half = StudentT.UpperQuantile((1 - level) / 2, DegreesOfFreedom) * StandardError;
        return new(Mean - half, Mean + half);
    }
}
