namespace SafetyGate.Studies.Seeds;

/// <summary>Whether a claim came out.</summary>
public enum SeedVerdict
{
    /// <summary>It did.</summary>
    Yes,

    /// <summary>It did not.</summary>
    No,

    /// <summary>The figures do not tell.</summary>
    Inconclusive,
}
