using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>The base model tuned on worked sums in its own style.</summary>
public sealed class OwnStyleRun() : TrainingRunFixture(Recipes.PocketSftOwnStyle, Guardrails.Metrics.Safety);
