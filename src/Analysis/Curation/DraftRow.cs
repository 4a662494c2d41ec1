namespace SafetyGate.Analysis.Curation;

/// <summary>A row as a generator makes it, before it is checked.</summary>
/// <param name="Prompt">The task.</param>
/// <param name="Completion">The worked answer.</param>
/// <param name="Answer">The answer alone.</param>
public sealed record DraftRow(string Prompt, string Completion, string Answer);
