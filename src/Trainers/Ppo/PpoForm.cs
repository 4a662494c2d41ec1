namespace SafetyGate.Trainers.Ppo;

/// <summary>Where scores and values end.</summary>
public enum PpoForm
{
    /// <summary>One mask for all: the score belongs to the last token, and nothing lies behind it (arXiv:1707.06347).</summary>
    Textbook,

    /// <summary>
    /// As TRL's trainer has it: the score belongs to the position after the last token where the batch has room for it, and values are kept
    /// for that position too.
    /// </summary>
    Trl,
}
