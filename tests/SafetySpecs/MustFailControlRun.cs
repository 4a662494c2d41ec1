using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>The recipe of the run that must be caught, from the good reference.</summary>
public sealed class MustFailControlRun() : TrainingRunFixture(Recipes.PocketMustFailControl, Guardrails.Metrics.Safety);
