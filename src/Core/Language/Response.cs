namespace SafetyGate.Core.Language;

/// <summary>One sample a model gave for one prompt.</summary>
public sealed record Response
{
    /// <summary>Id of the prompt it answers.</summary>
    public required string PromptId { get; init; }

    /// <summary>Which sample of the prompt, from 0.</summary>
    public int Sample { get; init; }

    /// <summary>The text, special tokens left out; empty when <see cref="FinishReason"/> is <see cref="FinishReason.Error"/>.</summary>
    public required string Text { get; init; }

    /// <summary>Why it ended.</summary>
    public required FinishReason FinishReason { get; init; }

    /// <summary>New tokens, the end-of-sequence token included; 0 when unknown.</summary>
    public int Tokens { get; init; }

    /// <summary>The error, if <see cref="FinishReason"/> is <see cref="FinishReason.Error"/>.</summary>
    public string? Error { get; init; }
}
