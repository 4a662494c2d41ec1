namespace SafetyGate.CapabilitySpecs;

public sealed class DpoSumsSpecs(DpoRun run) : SumsSpecs<DpoRun>(run);
