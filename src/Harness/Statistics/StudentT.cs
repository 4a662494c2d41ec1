namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Student's t distribution with any positive degrees of freedom, by the incomplete beta function (MathNet's inverse is a root search of
/// limited accuracy).
/// </summary>
public static class StudentT
{
    /// <summary>P(T &gt; t).</summary>
    public static double UpperTail(double t, double df)
    {
        CheckDf(df);
        if (double.IsNaN(t)) throw new ArgumentOutOfRangeException(nameof(t), t, "t is NaN.");
        if (double.IsInfinity(t)) return t > 0 ? 0 : 1;
        var tail = 0.5 * BetaDistribution.Tails(df / (df + t * t), t * t / (df + t * t), df / 2, 0.5).Lower;
        return t >= 0 ? tail : 1 - tail;
    }

    /// <summary>The t with P(T ≤ t) = p.</summary>
    public static double Quantile(double p, double df)
    {
        Check.OpenUnit(p, nameof(p));
        return 0 - UpperQuantile(p, df); // 0 at one half, not −0
    }

    /// <summary>The t with P(T &gt; t) = tail, accurate for small tails.</summary>
    public static double UpperQuantile(double tail, double df)
    {
        CheckDf(df);
        Check.OpenUnit(tail, nameof(tail));
        if (tail == 0.5) return 0;
        if (tail > 0.5) return -UpperQuantile(1 - tail, df);
        var point = BetaDistribution.QuantilePoint(2 * tail, 1 - 2 * tail, df / 2, 0.5);
        return Math.Sqrt(df * point.Complement / point.X);
    }

    private static void CheckDf(double df)
    {
        if (!(df > 0 && double.IsFinite(df)))
            throw new ArgumentOutOfRangeException(nameof(df), df,
                Invariant($"Degrees of freedom are {df}; they must be finite and above 0."));
    }
}
