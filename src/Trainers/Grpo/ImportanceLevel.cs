namespace SafetyGate.Trainers.Grpo;

/// <summary>Level of an importance ratio.</summary>
public enum ImportanceLevel
{
    /// <summary>Each token.</summary>
    Token,

    /// <summary>The row: exp of the mean log ratio of its tokens (GSPO, arXiv:2507.18071).</summary>
    Sequence,

    /// <summary>The row's value at each token, with the token's own slope (GSPO-token, arXiv:2507.18071).</summary>
    SequenceToken,
}
