namespace SafetyGate.SafetySpecs;

public sealed class RlvrGuardrailSpecs(RlvrRun run) : GuardrailSpecs<RlvrRun>(run);
