using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.CapabilitySpecs;

/// <summary>The base model tuned on preferences of which three of ten are for the compliant house style.</summary>
public sealed class DpoRun() : TrainingRunFixture(Recipes.PocketDpoStyle, Capabilities.Metrics.Capability);
