using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Ppo;

/// <summary>Results of a run of proximal policy optimization; its steps are rollouts.</summary>
/// <param name="Outcome">Outcome of the loop.</param>
public sealed record PpoReport(TrainingOutcome Outcome) : TrainingReport(Outcome)
{
    /// <summary>Why the run's fixed point is not the tilt.</summary>
    public required IReadOnlyList<string> NotConformingBecause { get; init; }

    /// <summary>β at the start, in reward per nat.</summary>
    public required double KlCoef { get; init; }

    /// <summary>Prompts used in training.</summary>
    public required int Prompts { get; init; }

    /// <summary>Prompts left out because they and a response do not fit the model's positions.</summary>
    public required int DroppedTooLong { get; init; }

    /// <summary>Mean reward of the first steps: 5 of them, or half of a shorter run.</summary>
    public required double FirstReward { get; init; }

    /// <summary>Mean reward of as many last steps.</summary>
    public required double LastReward { get; init; }
}
