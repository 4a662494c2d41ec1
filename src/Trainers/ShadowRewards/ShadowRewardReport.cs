using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>Results of a run from demonstrations: the rewards of each round, and the policy's last round.</summary>
/// <param name="Outcome">Outcome of the policy's last round; steps and tokens are of all rounds.</param>
public sealed record ShadowRewardReport(TrainingOutcome Outcome) : TrainingReport(Outcome)
{
    /// <summary>Every reward model of every round.</summary>
    public required IReadOnlyList<ShadowRewardFit> Rewards { get; init; }

    /// <summary>The policy's training in each round.</summary>
    public required IReadOnlyList<GrpoReport> Policy { get; init; }
}
