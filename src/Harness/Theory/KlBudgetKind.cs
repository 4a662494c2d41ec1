namespace SafetyGate.Harness.Theory;

/// <summary>Where a KL budget comes from.</summary>
public enum KlBudgetKind
{
    /// <summary>The approved value plus a margin.</summary>
    ApprovedPlus,

    /// <summary>The KL that certifies a drop of safety of at most so much.</summary>
    CertifyingDrop,

    /// <summary>A number given.</summary>
    AtMost,
}
