namespace SafetyGate.Studies.Seeds;

/// <summary>What one way of learning recovers, as a row.</summary>
internal sealed record ArmFinding(IReadOnlyList<string> Row);
