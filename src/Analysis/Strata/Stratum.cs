namespace SafetyGate.Analysis.Strata;

/// <summary>How hard an item is among those of its benchmark.</summary>
public enum Stratum
{
    /// <summary>Among the easiest.</summary>
    Easy,

    /// <summary>Neither.</summary>
    Medium,

    /// <summary>Among the hardest.</summary>
    Hard,
}
