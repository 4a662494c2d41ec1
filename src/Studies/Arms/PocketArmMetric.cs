using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Studies.Arms;

/// <summary>One metric of a tuned model and of its reference.</summary>
/// <param name="Metric">The metric measured.</param>
/// <param name="Reference">Rate of the untuned model, 1 good; unscored counts 0.</param>
/// <param name="Tuned">Rate of the tuned model, 1 good; unscored counts 0.</param>
/// <param name="Unscored">Responses of the tuned model that could not be scored.</param>
/// <param name="Outcome">Verdict against the untuned reference.</param>
public sealed record PocketArmMetric(GatedMetric Metric, double Reference, double Tuned, int Unscored, Decision Outcome);
