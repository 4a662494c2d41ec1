namespace SafetyGate.SafetySpecs;

public sealed class DpoGuardrailSpecs(DpoRun run) : GuardrailSpecs<DpoRun>(run);
