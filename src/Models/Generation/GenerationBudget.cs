namespace SafetyGate.Models.Generation;

/// <summary>How much is generated at once. Changes speed and memory, not responses.</summary>
public sealed record GenerationBudget
{
    /// <summary>Most rows of a batch. Default 256: beyond it two CPU cores gain nothing.</summary>
    public int Rows { get; init; } = 256;

    /// <summary>Most tokens of a batch, rows times the longest prompt plus new tokens. Default 32,768; it bounds the cache.</summary>
    public long Tokens { get; init; } = 32_768;

    /// <summary>
    /// Most query and key pairs of a batch's prompts, rows times length squared. Default 8 million; it bounds the attention scores.
    /// </summary>
    public long Pairs { get; init; } = 8_000_000;

    internal IEnumerable<string> Problems()
    {
        if (Rows < 1) yield return Invariant($"{nameof(Rows)} is {Rows}; it must be 1 or more.");
        if (Tokens < 1) yield return Invariant($"{nameof(Tokens)} is {Tokens}; it must be 1 or more.");
        if (Pairs < 1) yield return Invariant($"{nameof(Pairs)} is {Pairs}; it must be 1 or more.");
    }
}
