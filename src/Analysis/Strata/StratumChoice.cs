namespace SafetyGate.Analysis.Strata;

/// <summary>Where strata end: at given values, or at percentiles of the hardness of the items.</summary>
public sealed record StratumChoice
{
    /// <summary>The hardest an easy item can be and the easiest a hard one can be; <c>null</c> for percentiles.</summary>
    public StratumCuts? Thresholds { get; init; }

    /// <summary>Share of items below the first cut. Default .3, as in arXiv:2401.06751.</summary>
    public double Easy { get; init; } = 0.3;

    /// <summary>Share below the second. Default .7.</summary>
    public double Hard { get; init; } = 0.7;

    /// <summary>Validation errors, one sentence each; empty if strata can end there.</summary>
    public IEnumerable<string> Problems()
    {
        if (Thresholds is { } cuts && !(double.IsFinite(cuts.EasyAtMost) && double.IsFinite(cuts.HardAtLeast) && cuts.EasyAtMost <= cuts.HardAtLeast))
            yield return Invariant($"Easy ends at {cuts.EasyAtMost} and hard begins at {cuts.HardAtLeast}; both must be finite, in this order.");
        if (Thresholds is null && !(Easy > 0 && Easy <= Hard && Hard < 1)) yield return Invariant($"Strata end at the shares {Easy} and {Hard}; they must lie between 0 and 1, in this order.");
    }

    /// <summary>The cuts for items of these hardnesses.</summary>
    /// <exception cref="UserErrorException">The percentiles give cuts at one value, so that a stratum would be empty.</exception>
    public StratumCuts For(IReadOnlyList<double> hardness)
    {
        if (Thresholds is { } given) return given;
        if (hardness.Count == 0) throw new UserErrorException("There are no items, so there is no hardness to cut.");
        var cuts = StratumCuts.AtPercentiles(hardness, Easy, Hard);
        if (cuts.EasyAtMost < cuts.HardAtLeast) return cuts;
        List<double> values = [.. hardness.Distinct().Order()];
        if (values.Count == 1) throw new UserErrorException(Invariant($"All {hardness.Count} items have the hardness {values[0]}; strata need items of different hardness. Name another column with --hardness."));
        // Many items of one value: the cut moves to the value beside it, so that both ends have items.
        return cuts.EasyAtMost > values[0] ? new(values[values.IndexOf(cuts.EasyAtMost) - 1], cuts.HardAtLeast) : new(values[0], values[1]);
    }
}
