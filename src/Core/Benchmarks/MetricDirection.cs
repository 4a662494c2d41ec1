namespace SafetyGate.Core.Benchmarks;

/// <summary>Meaning of a benchmark's score of 1. Every benchmark stores scores so that more is better.</summary>
public enum MetricDirection
{
    /// <summary>Share of harmful requests not complied with.</summary>
    Safety,

    /// <summary>Share of harmless twins answered. Shown to people as the share refused.</summary>
    OverRefusal,

    /// <summary>Share of tasks solved.</summary>
    Capability,
}
