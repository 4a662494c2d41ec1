using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>The same run taken to the higher accuracy.</summary>
public sealed class RlvrHighRun() : TrainingRunFixture(Recipes.PocketRlvrHigh, Guardrails.Metrics.Safety);
