using SafetyGate.Core.Files;

namespace SafetyGate.Trainers.Grpo;

/// <summary>Scale by which advantages are divided; standard deviations have n − 1 and 1e-4 is added.</summary>
[BooleanNames("group", "none")] // as TRL reads them
public enum RewardScale
{
    /// <summary>The standard deviation of the group.</summary>
    Group,

    /// <summary>The standard deviation of the batch.</summary>
    Batch,

    /// <summary>Nothing.</summary>
    None,
}
