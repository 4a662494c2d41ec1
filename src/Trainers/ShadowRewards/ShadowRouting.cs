namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>Which reward model scores a response.</summary>
public enum ShadowRouting
{
    /// <summary>One for each category of the demonstrations.</summary>
    Category,

    /// <summary>One for all together: the control.</summary>
    Pooled,
}
