using SafetyGate.Studies.Arms;

namespace SafetyGate.Studies.Demo;

/// <summary>A run of the demonstration and what was measured of it.</summary>
/// <param name="Run">Its purpose.</param>
/// <param name="Arm">The measured arm.</param>
public sealed record PocketDemoArm(PocketDemoRun Run, PocketArm Arm);
