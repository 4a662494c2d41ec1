namespace SafetyGate.CapabilitySpecs;

public sealed class OwnStyleSumsSpecs(OwnStyleRun run) : SumsSpecs<OwnStyleRun>(run);
