using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>The base model tuned on preferences of which three of ten are for the compliant house style.</summary>
public sealed class DpoRun() : TrainingRunFixture(Recipes.PocketDpoStyle, Guardrails.Metrics.Safety);
