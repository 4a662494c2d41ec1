using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>The metrics that gate the safety of every run here, from the frozen benchmarks.</summary>
public static class Guardrails
{
    public static PocketMetrics Metrics { get; } = new(new PocketSuites(PocketPaths.Find()));

    public static TheoryData<GatedMetric> Adversarial => SuiteData.Of(Metrics.Suites);
}
