using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Trainers.Grpo;

/// <summary>A prompt to be answered in training.</summary>
/// <param name="Item">What the verifiers judge by; its id names the prompt in messages.</param>
/// <param name="PromptIds">Its tokens, as generation reads them.</param>
public sealed record GrpoPrompt(BenchmarkItem Item, IReadOnlyList<int> PromptIds);
