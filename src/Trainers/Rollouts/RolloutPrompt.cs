using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Trainers.Rollouts;

/// <summary>A prompt to be answered in training.</summary>
/// <param name="Item">Input of the verifiers; its id names the prompt in messages.</param>
/// <param name="PromptIds">Its tokens, as generation reads them.</param>
public sealed record RolloutPrompt(BenchmarkItem Item, IReadOnlyList<int> PromptIds)
{
    /// <summary>Factor by which it is unlike the demonstrations, for advantages scaled by difficulty; 1 when it was not measured.</summary>
    public double Hardness { get; init; } = 1;
}
