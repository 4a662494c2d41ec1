using SafetyGate.Harness.Gates;
using SafetyGate.Studies.Arms;

namespace SafetyGate.Studies.Demo;

/// <summary>An arm of the demonstration and its purpose.</summary>
/// <param name="Arm">The measured arm.</param>
/// <param name="Expected">The verdict on the pooled adversarial metric it is there to show.</param>
public sealed record PocketDemoArm(PocketArm Arm, Verdict Expected);
