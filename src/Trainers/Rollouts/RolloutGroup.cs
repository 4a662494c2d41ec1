using SafetyGate.Core.Language;
using SafetyGate.Models.Generation;

namespace SafetyGate.Trainers.Rollouts;

/// <summary>A prompt, the responses to it, and their rewards [response][reward].</summary>
internal sealed record RolloutGroup(RolloutPrompt Prompt, IReadOnlyList<GeneratedSequence> Sequences,
    IReadOnlyList<IReadOnlyList<double?>> Rewards)
{
    /// <summary>Whether no reward distinguishes the responses.</summary>
    public bool IsFlat => Rewards.All(row => row.SequenceEqual(Rewards[0]));

    /// <summary>Responses cut at the limit.</summary>
    public bool IsTruncated(int sample) => Sequences[sample].FinishReason == FinishReason.Length;
}
