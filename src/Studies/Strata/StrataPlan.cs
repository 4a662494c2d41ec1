namespace SafetyGate.Studies.Strata;

/// <summary>What a strata experiment does; the same in each of its arms. Immutable; vary it with <c>with</c>.</summary>
public sealed record StrataPlan
{
    /// <summary>Training items of each arm: n, or k for examples in the prompt.</summary>
    public required int Examples { get; init; }

    /// <summary>Updates of each arm; examples in the prompt have none.</summary>
    public required int Steps { get; init; }

    /// <summary>Seeds: which items are drawn, and of the training.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>Share of easy training items that get a wrong label, in [0, .5]; hard ones get twice as many. Default 0.</summary>
    public double EasyNoise { get; init; }

    /// <summary>Learning rate; <c>null</c> for the trainer's own.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Texts of an update; <c>null</c> for the trainer's own.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The least gap that is divided by. Default .05.</summary>
    public double SmallestGap { get; init; } = 0.05;

    /// <summary>Validation errors, one sentence each; empty if the plan is valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Examples < 1) yield return Invariant($"the examples are {Examples}; there must be 1 or more.");
        if (Steps < 1) yield return Invariant($"the steps are {Steps}; there must be 1 or more.");
        if (Seeds.Count == 0 || Seeds.Distinct().Count() < Seeds.Count) yield return Invariant($"there are {Seeds.Count} seeds; one or more are needed, each once.");
        if (!(EasyNoise is >= 0 and <= 0.5)) yield return Invariant($"the share of wrong easy labels is {EasyNoise}; it must lie in [0, .5], for hard ones get twice as many.");
        if (LearningRate is { } rate && !(rate > 0 && double.IsFinite(rate))) yield return Invariant($"the learning rate is {rate}; it must be finite and above 0.");
        if (BatchSize is < 1) yield return Invariant($"the batch size is {BatchSize}; it must be 1 or more.");
        if (!(SmallestGap is > 0 and < 1)) yield return Invariant($"the smallest gap is {SmallestGap}; it must lie between 0 and 1.");
    }
}
