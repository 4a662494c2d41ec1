namespace SafetyGate.Harness.Labeling;

/// <summary>A response with a person's label.</summary>
/// <param name="Id">Name of the row, unique in its file.</param>
/// <param name="Prompt">The prompt; empty if the file has none.</param>
/// <param name="Text">The response.</param>
/// <param name="IsPositive">True for a label under which a scorer should say 1.</param>
public sealed record LabeledResponse(string Id, string Prompt, string Text, bool IsPositive);
