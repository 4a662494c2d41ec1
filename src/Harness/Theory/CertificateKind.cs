namespace SafetyGate.Harness.Theory;

/// <summary>Kind of a safety certificate.</summary>
public enum CertificateKind
{
    /// <summary>The limit is at or above the floor.</summary>
    Certified,

    /// <summary>The limit is below the floor: true, and of no use.</summary>
    Vacuous,

    /// <summary>The premises do not hold; there is no number.</summary>
    NotApplicable,
}
