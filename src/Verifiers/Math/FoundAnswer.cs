namespace SafetyGate.Verifiers.Math;

/// <summary>The final answer of a text.</summary>
/// <param name="Text">As written.</param>
/// <param name="Others">Answers that the text gives after it. One that differs makes the text a hedge, which is not accepted.</param>
internal sealed record FoundAnswer(string Text, IReadOnlyList<string> Others);
