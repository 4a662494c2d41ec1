namespace SafetyGate.Harness.Gates;

/// <summary>The augmented run against each control.</summary>
/// <param name="Controls">Name of each control, the decision on the slice and that on the others.</param>
public sealed record AugmentationEvidence(IReadOnlyList<(string Name, Decision Slice, Decision Others)> Controls) : Evidence;
