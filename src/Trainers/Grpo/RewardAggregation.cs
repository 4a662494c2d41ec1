namespace SafetyGate.Trainers.Grpo;

/// <summary>How several rewards become one.</summary>
public enum RewardAggregation
{
    /// <summary>Weighted sum first, then baseline and scale.</summary>
    SumThenNormalize,

    /// <summary>
    /// Each reward standardized in its group, then the weighted sum standardized over the batch (GDPO, arXiv:2601.05242).
    /// </summary>
    NormalizeThenSum,
}
