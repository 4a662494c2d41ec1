using SafetyGate.Analysis.Strata;

namespace SafetyGate.Harness.Gates;

/// <summary>Accuracies after training on easy and on hard items, and the share of the gap that easy ones recover.</summary>
/// <param name="Table">The table, whose limits are each one-sided at the claim's α.</param>
public sealed record RecoveryEvidence(StrataTable Table) : Evidence;
