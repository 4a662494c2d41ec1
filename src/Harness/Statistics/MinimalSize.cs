namespace SafetyGate.Harness.Statistics;

/// <summary>How many items a gate needs so that an unchanged model passes.</summary>
/// <param name="First">Smallest n whose exact power reaches the target.</param>
/// <param name="Stays">Smallest n from which 101 successive n reach it; power is a saw-tooth, so this is the one to plan with.</param>
/// <param name="Normal">Size by the normal approximation; <c>null</c> if nothing ever differs.</param>
public sealed record MinimalSize(int First, int Stays, int? Normal)
{
    private const int Successive = 101;

    /// <summary>Searches upwards from one item.</summary>
    /// <param name="lost">Probability that an item is lost.</param>
    /// <param name="gained">Probability that an item is gained.</param>
    /// <param name="margin">Margin τ in (0, 1).</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="power">Wanted P(Passed).</param>
    /// <param name="most">Where the search ends.</param>
    /// <returns><c>null</c> when no n up to <paramref name="most"/> does.</returns>
    public static MinimalSize? Find(double lost, double gained, double margin, double alpha, double power, int most = 50_000)
    {
        Check.Cells(lost, gained);
        Check.OpenUnit(margin, nameof(margin));
        Check.Alpha(alpha);
        Check.OpenUnit(power, nameof(power));
        int? first = null;
        var run = 0;
        for (var n = 1; n <= most; n++)
        {
            if (PairedPower.Region(n, margin, alpha).Probability(lost, gained) >= power)
            {
                first ??= n;
                if (++run == Successive) return new(first.Value, n - Successive + 1, NormalSize(lost, gained, margin, alpha, power));
            }
            else
            {
                run = 0;
            }
        }

        return null;
    }

    private static int? NormalSize(double lost, double gained, double margin, double alpha, double power)
    {
        var variance = lost + gained - (gained - lost) * (gained - lost);
        if (variance <= 0) return null;
        var z = Statistics.Normal.UpperQuantile(alpha) + Statistics.Normal.UpperQuantile(1 - power);
        return (int)Math.Ceiling(z * z * variance / (margin * margin));
    }
}
