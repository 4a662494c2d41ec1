namespace SafetyGate.Pocket.Data;

/// <summary>One conversation a model is trained on.</summary>
/// <param name="Prompt">The user's message.</param>
/// <param name="Completion">The answer.</param>
public sealed record TrainingText(string Prompt, string Completion);
