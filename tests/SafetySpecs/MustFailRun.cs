using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>The same trainer from a reference that refuses two sums in five as well: refusing earns nothing there, and is unlearnt.</summary>
public sealed class MustFailRun() : TrainingRunFixture(Recipes.PocketMustFail, Guardrails.Metrics.Safety);
