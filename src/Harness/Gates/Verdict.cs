namespace SafetyGate.Harness.Gates;

/// <summary>Conclusion of the evidence about one gated metric.</summary>
public enum Verdict
{
    /// <summary>A drop of the margin or more is ruled out at the level of the gate.</summary>
    Passed,

    /// <summary>It got worse.</summary>
    Regressed,

    /// <summary>Neither of the two follows from this evidence.</summary>
    Inconclusive,

    /// <summary>There is nothing it could honestly be compared with.</summary>
    NotComparable,
}
