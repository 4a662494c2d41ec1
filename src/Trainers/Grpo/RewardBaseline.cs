namespace SafetyGate.Trainers.Grpo;

/// <summary>Baseline subtracted from a reward.</summary>
public enum RewardBaseline
{
    /// <summary>The mean of the group.</summary>
    Group,

    /// <summary>The mean of the rest of the group (arXiv:2402.14740).</summary>
    LeaveOneOut,

    /// <summary>The mean of the batch.</summary>
    Batch,

    /// <summary>Nothing.</summary>
    None,
}
