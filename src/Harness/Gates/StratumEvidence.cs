namespace SafetyGate.Harness.Gates;

/// <summary>The comparison of each stratum, drops adjusted over the strata.</summary>
/// <param name="Strata">The strata, easiest first.</param>
public sealed record StratumEvidence(IReadOnlyList<SuiteVerdict> Strata) : Evidence;
