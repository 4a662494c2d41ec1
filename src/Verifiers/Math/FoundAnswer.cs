namespace SafetyGate.Verifiers.Math;

/// <summary>The final answer of a text.</summary>
/// <param name="Text">As written.</param>
/// <param name="Others">Answers that the text gives after it. One that differs makes the text a hedge, which is not accepted.</param>
internal sealed record FoundAnswer(string Text, IReadOnlyList<FurtherAnswer> Others);

/// <summary>An answer that a text gives after its answer.</summary>
/// <param name="Text">As written.</param>
/// <param name="Stated">The text states it as a value, so that it differs where it is not understood as well.</param>
internal sealed record FurtherAnswer(string Text, bool Stated);
