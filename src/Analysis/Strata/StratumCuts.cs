namespace SafetyGate.Analysis.Strata;

/// <summary>Where strata end on a scale of hardness.</summary>
/// <param name="EasyAtMost">The hardest an easy item can be.</param>
/// <param name="HardAtLeast">The easiest a hard item can be. An item at both cuts is easy.</param>
public sealed record StratumCuts(double EasyAtMost, double HardAtLeast)
{
    /// <summary>Cuts at percentiles of measured hardness, by linear interpolation.</summary>
    /// <param name="hardness">Hardness of each item; at least one, finite.</param>
    /// <param name="easy">Share of the items below the first cut, in [0, 1].</param>
    /// <param name="hard">Share below the second, in [easy, 1].</param>
    /// <exception cref="ArgumentException">There is no item, a hardness is not finite, or the shares are not in order.</exception>
    public static StratumCuts AtPercentiles(IReadOnlyList<double> hardness, double easy, double hard)
    {
        if (hardness.Count == 0 || hardness.Any(value => !double.IsFinite(value))) throw new ArgumentException("Strata need at least one item, and a finite hardness of each.", nameof(hardness));
        if (!(easy >= 0 && easy <= hard && hard <= 1)) throw new ArgumentException(Invariant($"The shares are {easy} and {hard}; they must lie in [0, 1], in this order."), nameof(easy));
        double[] sorted = [.. hardness.Order()];
        return new(Percentile(sorted, easy), Percentile(sorted, hard));
    }

    /// <summary>The stratum of an item.</summary>
    public Stratum Of(double hardness) => hardness <= EasyAtMost ? Stratum.Easy : hardness >= HardAtLeast ? Stratum.Hard : Stratum.Medium;

    private static double Percentile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var (low, high, part) = (sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)], position - below);
        return part < 0.5 ? low + ((high - low) * part) : high - ((high - low) * (1 - part)); // exact at both ends
    }
}
