namespace SafetyGate.CapabilitySpecs;

public sealed class RlvrSumsSpecs(RlvrRun run) : SumsSpecs<RlvrRun>(run);
