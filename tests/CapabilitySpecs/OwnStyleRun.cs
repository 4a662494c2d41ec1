using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.CapabilitySpecs;

/// <summary>The base model tuned on worked sums in its own style; the same run as the one the safety specs gate.</summary>
public sealed class OwnStyleRun() : TrainingRunFixture(Recipes.PocketSftOwnStyle, Capabilities.Metrics.Capability);
