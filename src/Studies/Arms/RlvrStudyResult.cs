using SafetyGate.Harness.Gates;

namespace SafetyGate.Studies.Arms;

/// <summary>Results of the study of reinforcement learning from a verifier.</summary>
public sealed record RlvrStudyResult
{
    /// <summary>Runs from the good reference, to both accuracies, every seed.</summary>
    public required IReadOnlyList<PocketArm> Rlvr { get; init; }

    /// <summary>Runs that must be caught, with the verdict of each evaluation seed.</summary>
    public required IReadOnlyList<(PocketArm Arm, IReadOnlyList<Decision> Verdicts)> MustFail { get; init; }

    /// <summary>Their controls, with the verdict of each evaluation seed.</summary>
    public required IReadOnlyList<(PocketArm Arm, IReadOnlyList<Decision> Verdicts)> Control { get; init; }

    /// <summary>Runs on the order problems.</summary>
    public required IReadOnlyList<PocketArm> Order { get; init; }
}
