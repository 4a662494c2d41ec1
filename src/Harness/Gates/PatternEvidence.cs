namespace SafetyGate.Harness.Gates;

/// <summary>What was found among failures.</summary>
/// <param name="Failures">Items that failed.</param>
/// <param name="Patterns">Patterns of them.</param>
public sealed record PatternEvidence(int Failures, int Patterns) : Evidence;
