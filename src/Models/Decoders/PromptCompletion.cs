namespace SafetyGate.Models.Decoders;

/// <summary>One completion of a prompt.</summary>
/// <param name="Prompt">Index of the prompt it continues.</param>
/// <param name="Ids">Its tokens; at least one.</param>
public sealed record PromptCompletion(int Prompt, IReadOnlyList<int> Ids);
