namespace SafetyGate.Trainers.Grpo;

/// <summary>What a reinforcement-learning run did. Numbers only; whether they are good is for a gate to say.</summary>
public sealed record GrpoReport
{
    /// <summary>Rollouts made.</summary>
    public required long Steps { get; init; }

    /// <summary>Why the run ended: <c>steps</c> or <c>target</c>.</summary>
    public required string StoppedBy { get; init; }

    /// <summary>Whether the target accuracy was reached; <c>null</c> when there was none.</summary>
    public required bool? ReachedTarget { get; init; }

    /// <summary>The last accuracy measured on the selection split; <c>null</c> when none was.</summary>
    public required double? SelectionAccuracy { get; init; }

    /// <summary>Whether the run's fixed point is the tilt; only then does a bound that speaks of the optimum apply.</summary>
    public required bool Conforming { get; init; }

    /// <summary>Why it is not; empty for a conforming run.</summary>
    public required IReadOnlyList<string> NotConformingBecause { get; init; }

    /// <summary>β, in reward per nat.</summary>
    public required double Beta { get; init; }

    /// <summary>Prompts learnt from.</summary>
    public required int Prompts { get; init; }

    /// <summary>Prompts left out because they and a response do not fit the model's positions.</summary>
    public required int DroppedTooLong { get; init; }

    /// <summary>Passes over the prompts, with the fraction of the last.</summary>
    public required double Epochs { get; init; }

    /// <summary>Tokens read in updates, padding left out.</summary>
    public required long Tokens { get; init; }

    /// <summary>Mean reward of the first steps: 5 of them, or half of a shorter run.</summary>
    public required double FirstReward { get; init; }

    /// <summary>Mean reward of as many last steps.</summary>
    public required double LastReward { get; init; }
}
