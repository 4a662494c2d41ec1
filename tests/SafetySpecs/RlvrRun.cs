using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>The base model after reinforcement learning from the verifier of the sums, the KL in the reward.</summary>
public sealed class RlvrRun() : TrainingRunFixture(Recipes.PocketRlvr, Guardrails.Metrics.Safety);
