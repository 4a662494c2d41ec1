using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>A prompt, and in tokens what should be answered.</summary>
internal sealed record Demonstration(RolloutPrompt Prompt, IReadOnlyList<int> AnswerIds)
{
    public string Category => Prompt.Item.Category ?? "";
}
