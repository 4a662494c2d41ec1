using SafetyGate.Analysis.Results;

namespace SafetyGate.Analysis.Strata;

/// <summary>
/// Scores of every test item after training on easy, on hard, and on no items: the evidence of what easy data teach. Its file is what
/// <c>gate strata</c> writes.
/// </summary>
public sealed record StrataResult : IAnalysisResult
{
    private const int FewestOfAStratum = 2;

    /// <inheritdoc/>
    public static string Schema => "safetygate.strata/1";

    /// <summary>Name of the benchmark.</summary>
    public required string Benchmark { get; init; }

    /// <summary>Digest of the test items.</summary>
    public required string BenchmarkDigest { get; init; }

    /// <summary>What hardness is, and where strata end.</summary>
    public required HardnessScale Hardness { get; init; }

    /// <summary>How the arms were trained.</summary>
    public required StrataTraining Training { get; init; }

    /// <summary>The least difference of accuracy between the hard-trained and the untrained model that is divided by. Default .05.</summary>
    public double SmallestGap { get; init; } = 0.05;

    /// <summary>The test items; ids unique.</summary>
    public required IReadOnlyList<StratifiedItem> Items { get; init; }

    /// <summary>The trainings, each once; those on easy and on hard items and the untrained model are needed.</summary>
    public required IReadOnlyList<StrataArm> Arms { get; init; }

    /// <inheritdoc/>
    public object? Summary => StrataSummary.Of(this);

    /// <summary>Indices of the items of a stratum.</summary>
    public IReadOnlyList<int> Of(Stratum stratum) => [.. Enumerable.Range(0, Items.Count).Where(i => Hardness.Of(Items[i].Hardness) == stratum)];

    /// <summary>The arms that learnt from the same, by seed.</summary>
    public IReadOnlyList<StrataArm> Of(TrainedOn trainedOn) => [.. Arms.Where(arm => arm.TrainedOn == trainedOn).OrderBy(arm => arm.Seed)];

    /// <inheritdoc/>
    public IEnumerable<string> Problems()
    {
        if (Items.Count == 0) yield return "there are no test items.";
        if (!(SmallestGap > 0 && SmallestGap < 1)) yield return Invariant($"the smallest gap is {SmallestGap}; it must lie between 0 and 1.");
        if (Items.FirstOrDefault(item => !double.IsFinite(item.Hardness)) is { } infinite) yield return $"item '{infinite.Id}' has no finite hardness.";
        if (!(Hardness.EasyAtMost <= Hardness.HardAtLeast)) yield return Invariant($"easy ends at {Hardness.EasyAtMost} and hard begins at {Hardness.HardAtLeast}; they must be in this order.");
        if (Items.GroupBy(item => item.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice) yield return $"two items have the id '{twice.Key}'; ids must be unique.";
        if (Arms.GroupBy(arm => (arm.TrainedOn, arm.Seed)).FirstOrDefault(group => group.Count() > 1) is { } again)
            yield return Invariant($"the arm trained on {Words.Of(again.Key.TrainedOn)} with seed {again.Key.Seed} is there twice.");
        foreach (var arm in Arms)
        {
            if (arm.Scores.Count != Items.Count) yield return Invariant($"the arm trained on {Words.Of(arm.TrainedOn)} with seed {arm.Seed} has {arm.Scores.Count} scores and there are {Items.Count} items.");
            if (arm.Scores.Any(score => !(score is >= 0 and <= 1))) yield return Invariant($"a score of the arm trained on {Words.Of(arm.TrainedOn)} with seed {arm.Seed} is not in [0, 1].");
        }

        foreach (var needed in (TrainedOn[])[TrainedOn.None, TrainedOn.Easy, TrainedOn.Hard])
            if (Of(needed).Count == 0) yield return $"there is no arm trained on {Words.Of(needed)}; the untrained model, one trained on easy and one trained on hard items are needed.";
        if (Items.Count == 0 || Items.Any(item => !double.IsFinite(item.Hardness))) yield break;
        foreach (var stratum in (Stratum[])[Stratum.Easy, Stratum.Hard])
            if (Of(stratum).Count is var count and < FewestOfAStratum)
                yield return Invariant($"{(count == 0 ? "no test item is" : "only one test item is")} {Words.Of(stratum)} ({Hardness}; hardness goes from {Items.Min(item => item.Hardness):0.####} to {Items.Max(item => item.Hardness):0.####}); {FewestOfAStratum} or more are needed. Move the cuts with --thresholds or --percentiles, or give items of that hardness.");
        var hard = Of(Stratum.Hard);
        if (hard.Count > 0 && Arms.All(arm => arm.Scores.Count == Items.Count && hard.All(i => arm.Scores[i] == 0)))
            yield return Invariant($"every arm fails all {hard.Count} hard items, so nothing can be said of what training gains there. Look whether answers are scored as they are written, or take items that the hard-trained model can learn.");
    }
}
