namespace SafetyGate.Trainers.Sft;

/// <summary>What the probability of an example's gold answer is, where a run records it after each epoch.</summary>
public enum DynamicsMeasure
{
    /// <summary>It is not recorded.</summary>
    None,

    /// <summary>The product over the tokens that are learnt: the probability of the whole answer.</summary>
    Answer,

    /// <summary>Their geometric mean, for long answers.</summary>
    Token,
}
