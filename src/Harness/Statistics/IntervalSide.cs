namespace SafetyGate.Harness.Statistics;

/// <summary>Side of a confidence interval that has the error probability.</summary>
public enum IntervalSide
{
    /// <summary>Half of it on each side.</summary>
    Two,

    /// <summary>All of it below the lower limit; the upper one is the natural bound.</summary>
    Lower,

    /// <summary>All of it above the upper limit; the lower one is the natural bound.</summary>
    Upper,
}
