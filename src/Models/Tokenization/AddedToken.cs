namespace SafetyGate.Models.Tokenization;

/// <summary>A token that is cut out of the text before the model of the tokenizer sees it.</summary>
internal sealed record AddedToken
{
    public required int Id { get; init; }

    public required string Content { get; init; }

    /// <summary>Matches only where no word character is adjacent.</summary>
    public required bool SingleWord { get; init; }

    /// <summary>Takes the white space before it.</summary>
    public required bool LeftStrip { get; init; }

    /// <summary>Takes the white space after it.</summary>
    public required bool RightStrip { get; init; }

    /// <summary>Looked for in the normalized text rather than in the text as written.</summary>
    public required bool Normalized { get; init; }

    /// <summary>Left out when special tokens are skipped.</summary>
    public required bool Special { get; init; }
}
