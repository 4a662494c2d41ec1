namespace SafetyGate.Trainers.Data;

/// <summary>A prompt with the completion that is preferred and the one that is not, in tokens.</summary>
public sealed record PreferencePair
{
    /// <summary>Names the pair in messages, such as <c>pairs.jsonl:17</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Tokens of the prompt; at least one.</summary>
    public required IReadOnlyList<int> PromptIds { get; init; }

    /// <summary>Tokens of the preferred completion, its end included; at least one.</summary>
    public required IReadOnlyList<int> ChosenIds { get; init; }

    /// <summary>Tokens of the other completion; at least one.</summary>
    public required IReadOnlyList<int> RejectedIds { get; init; }

    /// <summary>By how much the first is preferred, where the data says so: a reward model's margin.</summary>
    public double? Margin { get; init; }

    /// <summary>Tokens of the prompt and the longer completion.</summary>
    public int Length => PromptIds.Count + Math.Max(ChosenIds.Count, RejectedIds.Count);

    /// <summary>Both completions as rows, chosen first; they share the prompt.</summary>
    internal IReadOnlyList<TokenExample> Rows =>
        [new() { Id = Id, PromptIds = PromptIds, CompletionIds = ChosenIds }, new() { Id = Id, PromptIds = PromptIds, CompletionIds = RejectedIds }];
}
