using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Trainers.Grpo;

/// <summary>A prompt to be answered in training.</summary>
/// <param name="Item">Input of the verifiers; its id names the prompt in messages.</param>
/// <param name="PromptIds">Its tokens, as generation reads them.</param>
public sealed record GrpoPrompt(BenchmarkItem Item, IReadOnlyList<int> PromptIds);
