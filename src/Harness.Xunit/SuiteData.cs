using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Runs;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>Suites and metrics as the data of a theory: one case each.</summary>
public static class SuiteData
{
    /// <summary>One case for each suite.</summary>
    /// <exception cref="ArgumentException">No suites: a theory without cases would hold of nothing.</exception>
    public static TheoryData<Benchmark> Of(params IReadOnlyList<Benchmark> suites) => Cases(suites);

    /// <summary>One case for each gated metric.</summary>
    /// <exception cref="ArgumentException">No metrics.</exception>
    public static TheoryData<GatedMetric> Of(params IReadOnlyList<GatedMetric> metrics) => Cases(metrics);

    private static TheoryData<T> Cases<T>(IReadOnlyList<T> cases) =>
        cases.Count > 0 ? [.. cases] : throw new ArgumentException("There are no suites; a spec of nothing would pass.", nameof(cases));
}
