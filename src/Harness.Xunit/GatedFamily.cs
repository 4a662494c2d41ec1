using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Runs;
using SafetyGate.Verifiers;

namespace SafetyGate.Harness.Xunit;

/// <summary>The metrics a fixture declares: at least one, names unique, and none is gated that was not declared.</summary>
internal sealed class GatedFamily
{
    private readonly string _fixture;

    public GatedFamily(Type fixture, IReadOnlyList<GatedMetric> metrics)
    {
        (_fixture, Metrics) = (fixture.Name, metrics);
        if (metrics.Count == 0)
            throw new ArgumentException($"{_fixture} declares no gated metric; a run that nothing gates would pass.", nameof(metrics));
        if (metrics.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{_fixture} declares the metric '{twice.Key}' twice; give its benchmarks different names.",
                nameof(metrics));
        BuiltIn.Register();
        if (metrics.Select(metric => Scorers.NameProblem(metric.Scorer)).OfType<string>().FirstOrDefault() is { } taken) throw new ArgumentException($"{_fixture}: {taken}", nameof(metrics));
    }

    public IReadOnlyList<GatedMetric> Metrics { get; }

    /// <summary>The metric declared on a benchmark.</summary>
    /// <exception cref="ArgumentException">None or several are.</exception>
    public GatedMetric On(Benchmark suite)
    {
        var found = Metrics.Where(m => m.Benchmark.Digest == suite.Digest && m.Benchmark.Name == suite.Name).ToList();
        return found.Count == 1 ? found[0] : throw new ArgumentException(
            found.Count == 0
                ? $"{_fixture} declares no gated metric on '{suite.Name}'; it declares {Names(Metrics)}. Declare it: an undeclared metric is not part of the family over which drops are adjusted."
                : $"{_fixture} declares {Names(found)} on '{suite.Name}'; name one by its metric.", nameof(suite));
    }

    /// <summary>The place of a declared metric.</summary>
    /// <exception cref="ArgumentException">It is not declared.</exception>
    public int IndexOf(GatedMetric metric)
    {
        var index = Metrics.ToList().IndexOf(metric);
        return index >= 0 ? index : throw new ArgumentException($"{_fixture} does not declare the metric '{metric.Name}'; it declares {Names(Metrics)}.", nameof(metric));
    }

    private static string Names(IEnumerable<GatedMetric> metrics) => string.Join(", ", metrics.Select(m => $"'{m.Name}'"));
}
