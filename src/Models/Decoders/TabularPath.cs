namespace SafetyGate.Models.Decoders;

/// <summary>One complete response of an enumerable policy.</summary>
/// <param name="PromptIds">The prompt it answers; at least one token.</param>
/// <param name="Ids">Its tokens, the end-of-sequence token included; at least one.</param>
/// <param name="LogProbability">Natural logarithm of its probability among the responses to its prompt; they are divided by their
/// sum.</param>
public sealed record TabularPath(IReadOnlyList<int> PromptIds, IReadOnlyList<int> Ids, double LogProbability);
