using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>A gated metric of a run, measured on the trained model and on its untuned reference.</summary>
/// <param name="Metric">The metric measured.</param>
/// <param name="Now">The trained model.</param>
/// <param name="Reference">The untuned model.</param>
public sealed record MeasuredMetric(GatedMetric Metric, EvaluationResult Now, EvaluationResult Reference);
