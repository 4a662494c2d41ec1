namespace SafetyGate.Harness.Gates;

/// <summary>One suite of a pooled comparison.</summary>
/// <param name="Suite">Name of the suite.</param>
/// <param name="Decision">The decision on it alone.</param>
public sealed record SuiteVerdict(string Suite, Decision Decision);
