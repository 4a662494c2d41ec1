namespace SafetyGate.Harness.Statistics;

/// <summary>The exact test of McNemar: of the pairs that differ, half are expected to go each way.</summary>
/// <remarks>Mid-p: Fagerland, Lydersen and Laake (2013), with min(1, 2·P(X ≤ min) − P(X = min)) for two sides.</remarks>
public static class McNemar
{
    /// <summary>One-sided p of "it got worse": P(X ≥ lost), X ~ Bin(lost + gained, ½). 1 when no pair differs.</summary>
    public static double Drop(int lost, int gained) => Binomial.FairAtLeast(lost, Pairs(lost, gained));

    /// <summary>One-sided p of "it got better".</summary>
    public static double Gain(int lost, int gained) => Drop(gained, lost);

    /// <summary>Two-sided p.</summary>
    public static double TwoSided(int lost, int gained) => Math.Min(1, 2 * Drop(Math.Max(lost, gained), Math.Min(lost, gained)));

    /// <summary>One-sided mid-p of "it got worse".</summary>
    public static double DropMid(int lost, int gained) => Drop(lost, gained) - 0.5 * Tie(lost, gained);

    /// <summary>One-sided mid-p of "it got better".</summary>
    public static double GainMid(int lost, int gained) => DropMid(gained, lost);

    /// <summary>Two-sided mid-p; 1 when as many were lost as gained.</summary>
    public static double TwoSidedMid(int lost, int gained) =>
        lost == gained ? 1 : Math.Min(1, 2 * Drop(Math.Max(lost, gained), Math.Min(lost, gained)) - Tie(lost, gained));

    private static double Tie(int lost, int gained) => Binomial.Mass(lost, Pairs(lost, gained), 0.5);

    private static int Pairs(int lost, int gained)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lost);
        ArgumentOutOfRangeException.ThrowIfNegative(gained);
        return lost + gained;
    }
}
