namespace SafetyGate.SafetySpecs;

public sealed class OwnStyleGuardrailSpecs(OwnStyleRun run) : GuardrailSpecs<OwnStyleRun>(run);
