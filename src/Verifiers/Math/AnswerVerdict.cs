namespace SafetyGate.Verifiers.Math;

/// <summary>Whether an answer is equivalent to the gold answer.</summary>
/// <param name="Correct">True or false; <c>null</c> when one of the two is not understood or it cannot be decided.</param>
/// <param name="ParsedGold">The gold answer as it was read; <c>null</c> when it was not.</param>
/// <param name="ParsedAnswer">The answer as it was read; <c>null</c> when it was not.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record AnswerVerdict(bool? Correct, string? ParsedGold, string? ParsedAnswer, string Reason);
