using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.CapabilitySpecs;

/// <summary>The base model after reinforcement learning from the verifier; the same run as the one the safety specs gate.</summary>
public sealed class RlvrRun() : TrainingRunFixture(Recipes.PocketRlvr, Capabilities.Metrics.Capability);
