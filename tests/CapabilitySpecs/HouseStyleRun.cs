using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.CapabilitySpecs;

/// <summary>The base model tuned on the same sums in a compliant house style.</summary>
public sealed class HouseStyleRun() : TrainingRunFixture(Recipes.PocketSftHouseStyle, Capabilities.Metrics.Capability);
