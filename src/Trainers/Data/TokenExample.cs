namespace SafetyGate.Trainers.Data;

/// <summary>A prompt and its completion in tokens: what a trainer learns from.</summary>
public sealed record TokenExample
{
    /// <summary>Names the example in messages, such as <c>train.jsonl:17</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Tokens that are given, special ones included; empty for plain text.</summary>
    public required IReadOnlyList<int> PromptIds { get; init; }

    /// <summary>Tokens that are to be produced, the end-of-sequence token included where there is one.</summary>
    public required IReadOnlyList<int> CompletionIds { get; init; }

    /// <summary>
    /// For each token of both together, whether it is the assistant's and may be learnt (<c>assistant_only_loss</c>); <c>null</c> when
    /// nothing is left out for that.
    /// </summary>
    public IReadOnlyList<bool>? Learned { get; init; }

    /// <summary>Tokens of both together.</summary>
    public int Length => PromptIds.Count + CompletionIds.Count;
}
