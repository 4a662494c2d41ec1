namespace SafetyGate.Models.Generation;

/// <summary>A prompt to be continued.</summary>
public sealed record GenerationRequest
{
    /// <summary>Names the prompt's random stream, so that its response depends on nothing else in the batch. Unique in a call.</summary>
    public required string Key { get; init; }

    /// <summary>The prompt's tokens; at least one.</summary>
    public required IReadOnlyList<int> PromptIds { get; init; }
}
