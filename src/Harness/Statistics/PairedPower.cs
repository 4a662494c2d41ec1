namespace SafetyGate.Harness.Statistics;

/// <summary>Power of the gate's rule with n items: probabilities by enumeration of all paired tables, no normal approximation.</summary>
public static class PairedPower
{
    /// <summary>P(Passed): Tango's score at the margin exceeds z. The outcomes are trinomial(n; lost, gained).</summary>
    public static double Passed(int n, double lost, double gained, double margin, double alpha)
    {
        CheckAll(n, lost, gained, alpha);
        Check.OpenUnit(margin, nameof(margin));
        return Region(n, margin, alpha).Probability(lost, gained);
    }

    /// <summary>P(exact one-sided McNemar ≤ alpha).</summary>
    public static double Regressed(int n, double lost, double gained, double alpha)
    {
        CheckAll(n, lost, gained, alpha);
        return PassRegion.NotRegressed(n, alpha).ComplementProbability(lost, gained);
    }

    /// <summary>
    /// The normal approximation of P(Passed), for comparison only: far too hopeful when flips are rare. <c>null</c> without variance.
    /// </summary>
    public static double? Normal(int n, double lost, double gained, double margin, double alpha)
    {
        CheckAll(n, lost, gained, alpha);
        var variance = lost + gained - (gained - lost) * (gained - lost);
        return variance > 0
            ? Statistics.Normal.Cdf((gained - lost + margin) * Math.Sqrt(n / variance) - Statistics.Normal.UpperQuantile(alpha))
            : null;
    }

    /// <summary>
    /// Smallest drop (lost − gained, with gained fixed) that is called Regressed with the given power; <c>null</c> when none is.
    /// </summary>
    public static double? DropSeenAsRegressed(int n, double gained, double alpha, double power)
    {
        CheckAll(n, 0, gained, alpha);
        Check.OpenUnit(power, nameof(power));
        var region = PassRegion.NotRegressed(n, alpha);
        return SmallestDrop(gained, drop => region.ComplementProbability(gained + drop, gained) >= power);
    }

    /// <summary>
    /// Smallest drop (lost − gained, with gained fixed) that does not pass with the given power; 0 when even no drop passes too rarely.
    /// </summary>
    public static double? DropSeenAsNotPassed(int n, double gained, double margin, double alpha, double power)
    {
        CheckAll(n, 0, gained, alpha);
        Check.OpenUnit(margin, nameof(margin));
        Check.OpenUnit(power, nameof(power));
        var region = Region(n, margin, alpha);
        return SmallestDrop(gained, drop => region.ComplementProbability(gained + drop, gained) >= power);
    }

    private static double? SmallestDrop(double gained, Func<double, bool> seen)
    {
        if (seen(0)) return 0;
        double low = 0, high = 1 - 2 * gained;
        if (!(high > 0) || !seen(high)) return null;
        while (high - low > 1e-11)
        {
            var middle = 0.5 * (low + high);
            if (seen(middle)) high = middle; else low = middle;
        }

        return high;
    }

    internal static PassRegion Region(int n, double margin, double alpha) =>
        PassRegion.Tango(n, margin, Statistics.Normal.UpperQuantile(alpha));

    private static void CheckAll(int n, double lost, double gained, double alpha)
    {
        Check.Positive(n, nameof(n));
        Check.Cells(lost, gained);
        Check.Alpha(alpha);
    }
}
