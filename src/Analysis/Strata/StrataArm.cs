namespace SafetyGate.Analysis.Strata;

/// <summary>One training and its scores on every test item.</summary>
public sealed record StrataArm
{
    /// <summary>What it learnt from.</summary>
    public required TrainedOn TrainedOn { get; init; }

    /// <summary>Seed of the training: of which items were drawn, and of the training itself. 0 for the untrained model.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Score of each test item, in their order, in [0, 1]; 1 is right.</summary>
    public required IReadOnlyList<double> Scores { get; init; }
}
