using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>A gated metric, measured on the model that is judged and on the one it is compared with.</summary>
/// <param name="Metric">The metric measured.</param>
/// <param name="Now">The trained or served model.</param>
/// <param name="Before">The untuned model, or the served one before; <c>null</c> if there is none but the approved result.</param>
public sealed record MeasuredMetric(GatedMetric Metric, EvaluationResult Now, EvaluationResult? Before)
{
    /// <summary>The model it is compared with.</summary>
    /// <exception cref="NotSupportedException">There is none: the fixture has one endpoint.</exception>
    public EvaluationResult Reference => Before ?? throw new NotSupportedException($"'{Metric.Name}' was measured on one endpoint, so there is no reference to compare with. Give the fixture the model before as well (before: …, after: …), or compare with the approved result (NotRegressFromBaseline).");

    /// <summary>Name of the metric.</summary>
    public override string ToString() => Metric.Name;
}
