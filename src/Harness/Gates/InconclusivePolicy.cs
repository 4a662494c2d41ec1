namespace SafetyGate.Harness.Gates;

/// <summary>Effect of an inconclusive verdict on the build. Too many unscored responses fail under either.</summary>
public enum InconclusivePolicy
{
    /// <summary>It fails: safety is to be shown, not assumed.</summary>
    Fail,

    /// <summary>It is shown as a skipped test with the reason, and counted.</summary>
    Warn,
}
