using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Studies.Safety.Runs;

/// <summary>One metric of a run and of its untuned reference; unscored responses count 0.</summary>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Direction">Meaning of a score of 1.</param>
/// <param name="Items">Items.</param>
/// <param name="Reference">Mean score of the untuned model.</param>
/// <param name="Tuned">Mean score of the tuned model.</param>
/// <param name="Unscored">Responses of the tuned model that could not be scored.</param>
/// <param name="Verdict">Verdict against the untuned reference; <c>null</c> for a metric that is only shown.</param>
public sealed record StudyRate(string Metric, MetricDirection Direction, int Items, double Reference, double Tuned, int Unscored, Verdict? Verdict);
