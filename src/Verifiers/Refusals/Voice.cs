namespace SafetyGate.Verifiers.Refusals;

/// <summary>What one speaker says in a response.</summary>
/// <param name="Name">The speaker's label, in lower case; empty for what stands before the first label.</param>
/// <param name="Text">The speaker's words, as written.</param>
internal sealed record Voice(string Name, string Text);
