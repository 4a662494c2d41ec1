using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Grpo;

/// <summary>Results of a reinforcement-learning run; its steps are rollouts.</summary>
/// <param name="Outcome">Outcome of the loop.</param>
public sealed record GrpoReport(TrainingOutcome Outcome) : TrainingReport(Outcome)
{
    /// <summary>Whether the run's fixed point is the tilt; only then do bounds on the optimum apply.</summary>
    public required bool Conforming { get; init; }

    /// <summary>Why it is not; empty for a conforming run.</summary>
    public required IReadOnlyList<string> NotConformingBecause { get; init; }

    /// <summary>β, in reward per nat.</summary>
    public required double Beta { get; init; }

    /// <summary>Prompts used in training.</summary>
    public required int Prompts { get; init; }

    /// <summary>Prompts left out because they and a response do not fit the model's positions.</summary>
    public required int DroppedTooLong { get; init; }

    /// <summary>Mean reward of the first steps: 5 of them, or half of a shorter run.</summary>
    public required double FirstReward { get; init; }

    /// <summary>Mean reward of as many last steps.</summary>
    public required double LastReward { get; init; }
}
