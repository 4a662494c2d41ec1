namespace SafetyGate.Harness.Statistics;

/// <summary>A share of counted successes. It cannot exist without trials, so no "0 % of nothing" reaches a gate.</summary>
/// <remarks>Formulas: Clopper and Pearson (1934); Wilson (1927); Newcombe (1998), method 4; Brown, Cai and DasGupta (2001).</remarks>
public sealed record Proportion
{
    /// <summary>So many successes in so many trials.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No trials, or successes outside [0, trials].</exception>
    public Proportion(int successes, int trials)
    {
        Check.Positive(trials, nameof(trials));
        if (successes < 0 || successes > trials)
            throw new ArgumentOutOfRangeException(nameof(successes), successes,
                Invariant($"{successes} successes of {trials} trials; successes must lie in [0, trials]."));
        (Successes, Trials) = (successes, trials);
    }

    /// <summary>Trials that succeeded.</summary>
    public int Successes { get; }

    /// <summary>All trials; 1 or more.</summary>
    public int Trials { get; }

    /// <summary>Successes over trials.</summary>
    public double Rate => (double)Successes / Trials;

    /// <summary>Clopper and Pearson's interval: never covers less than its nominal level. The one shown for a single proportion.</summary>
    /// <param name="level">Confidence, such as .95.</param>
    /// <param name="side">Side of the error probability.</param>
    public Interval ClopperPearson(double level, IntervalSide side = IntervalSide.Two)
    {
        var tail = Tail(level, side);
        var (k, n) = (Successes, Trials);
        var lower = k == 0 ? 0 : BetaDistribution.QuantilePoint(tail, 1 - tail, k, n - k + 1.0).X;
        var upper = k == n ? 1 : BetaDistribution.QuantilePoint(tail, 1 - tail, n - k, k + 1.0).Complement;
        return Sided(lower, upper, side);
    }

    /// <summary>Wilson's score interval.</summary>
    /// <param name="level">Confidence, such as .95.</param>
    /// <param name="side">Side of the error probability.</param>
    public Interval Wilson(double level, IntervalSide side = IntervalSide.Two) => WilsonAt(Normal.UpperQuantile(Tail(level, side)), side);

    /// <summary>Wilson's interval at a given normal quantile, both sides.</summary>
    internal Interval WilsonAt(double z, IntervalSide side = IntervalSide.Two)
    {
        double k = Successes, n = Trials, zz = z * z;
        var root = z * Math.Sqrt(zz + 4 * k * (n - k) / n);
        var scale = 2 * (n + zz);
        var lower = Successes == 0 ? 0 : 2 * k * k / (n * (2 * k + zz + root));
        var upper = Successes == Trials ? 1 : (2 * k + zz + root) / scale;
        return Sided(Math.Clamp(lower, 0, 1), Math.Clamp(upper, 0, 1), side);
    }

    /// <summary>Wilson's interval with continuity correction.</summary>
    /// <param name="level">Confidence, such as .95.</param>
    /// <param name="side">Side of the error probability.</param>
    public Interval WilsonContinuity(double level, IntervalSide side = IntervalSide.Two)
    {
        var z = Normal.UpperQuantile(Tail(level, side));
        double k = Successes, n = Trials, p = Rate, q = 1 - p, zz = z * z, scale = 2 * (n + zz);
        var lower = Successes == 0 ? 0 : (2 * k + zz - 1 - z * Math.Sqrt(Math.Max(0, zz - 2 - 1 / n + 4 * p * (n * q + 1)))) / scale;
        var upper = Successes == Trials ? 1 : (2 * k + zz + 1 + z * Math.Sqrt(Math.Max(0, zz + 2 - 1 / n + 4 * p * (n * q - 1)))) / scale;
        return Sided(Math.Clamp(lower, 0, 1), Math.Clamp(upper, 0, 1), side);
    }

    /// <summary>Jeffreys' interval: quantiles of Beta(k+½, n−k+½).</summary>
    /// <param name="level">Confidence, such as .95.</param>
    /// <param name="side">Side of the error probability.</param>
    public Interval Jeffreys(double level, IntervalSide side = IntervalSide.Two)
    {
        var tail = Tail(level, side);
        double a = Successes + 0.5, b = Trials - Successes + 0.5;
        return Sided(BetaDistribution.QuantilePoint(tail, 1 - tail, a, b).X,
            BetaDistribution.QuantilePoint(tail, 1 - tail, b, a).Complement, side);
    }

    /// <summary>Jeffreys' interval, 0 at no success and 1 at no failure.</summary>
    /// <param name="level">Confidence, such as .95.</param>
    /// <param name="side">Side of the error probability.</param>
    public Interval JeffreysModified(double level, IntervalSide side = IntervalSide.Two)
    {
        var plain = Jeffreys(level, side);
        return new(Successes == 0 ? 0 : plain.Lower, Successes == Trials ? 1 : plain.Upper);
    }

    /// <summary>Agresti and Coull's interval.</summary>
    /// <param name="level">Confidence, such as .95.</param>
    /// <param name="side">Side of the error probability.</param>
    public Interval AgrestiCoull(double level, IntervalSide side = IntervalSide.Two)
    {
        var z = Normal.UpperQuantile(Tail(level, side));
        var n = Trials + z * z;
        var p = (Successes + z * z / 2) / n;
        var half = z * Math.Sqrt(p * (1 - p) / n);
        return Sided(Math.Clamp(p - half, 0, 1), Math.Clamp(p + half, 0, 1), side);
    }

    private static double Tail(double level, IntervalSide side)
    {
        Check.OpenUnit(level, nameof(level));
        return side == IntervalSide.Two ? (1 - level) / 2 : 1 - level;
    }

    private static Interval Sided(double lower, double upper, IntervalSide side) =>
        new(side == IntervalSide.Upper ? 0 : lower, side == IntervalSide.Lower ? 1 : upper);
}
