using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Rescoring;

/// <summary>One metric of an approved baseline, scored again.</summary>
/// <param name="Key">Which baseline.</param>
/// <param name="Document">The approved file.</param>
/// <param name="Result">The metric in it.</param>
/// <param name="Metric">The rescored metric.</param>
public sealed record RescoredBaseline(BaselineKey Key, ResultDocument Document, MetricResult Result, RescoredMetric Metric);
