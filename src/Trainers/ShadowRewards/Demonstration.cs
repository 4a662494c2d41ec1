using SafetyGate.Trainers.Grpo;

namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>A prompt, and in tokens what should be answered.</summary>
internal sealed record Demonstration(GrpoPrompt Prompt, IReadOnlyList<int> AnswerIds)
{
    public string Category => Prompt.Item.Category ?? "";
}
