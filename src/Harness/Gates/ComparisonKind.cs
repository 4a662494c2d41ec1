namespace SafetyGate.Harness.Gates;

/// <summary>With what a run is compared.</summary>
public enum ComparisonKind
{
    /// <summary>The run a reviewer accepted: is this one as good?</summary>
    Baseline,

    /// <summary>The untuned model: what did the tuning itself cost?</summary>
    Reference,

    /// <summary>A KL budget: did the run stay within it?</summary>
    Budget,

    /// <summary>A floor of safety: does the KL that was spent certify it?</summary>
    Certificate,

    /// <summary>The reference's objective: did G − β·KL fall?</summary>
    Objective,
}
