using SafetyGate.Trainers.Rewards;

namespace SafetyGate.Trainers.Grpo;

/// <summary>Prompts of the task and rewards of the responses.</summary>
public sealed record GrpoTask
{
    /// <summary>The prompts; ids are unique.</summary>
    public required IReadOnlyList<GrpoPrompt> Prompts { get; init; }

    /// <summary>The rewards; names are unique.</summary>
    public required IReadOnlyList<WeightedReward> Rewards { get; init; }

    /// <summary>Tokens that end a response.</summary>
    public required IReadOnlyList<int> EosIds { get; init; }

    /// <summary>Text of a response's tokens, special ones left out, for the rewards.</summary>
    public required Func<IReadOnlyList<int>, string> Decode { get; init; }

    /// <summary>Token that fills up rows; any token of the vocabulary.</summary>
    public int PadId { get; init; }
}
