namespace SafetyGate.Harness.Statistics;

/// <summary>Why a ratio of means has no limits.</summary>
public enum RatioWithoutLimits
{
    /// <summary>It has limits.</summary>
    None,

    /// <summary>One pair has no variance.</summary>
    OnePair,

    /// <summary>The denominator cannot be told from 0 at the level, so that no ratio is excluded.</summary>
    DenominatorNearZero,

    /// <summary>All pairs have the same ratio: limits of width zero, which must not be used.</summary>
    NothingVaries,
}
