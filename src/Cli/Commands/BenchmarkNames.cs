using SafetyGate.Harness.Benchmarks;
using SafetyGate.Pocket;

namespace SafetyGate.Cli.Commands;

/// <summary>The benchmarks that can be asked for by name, and the words for directions.</summary>
internal static class BenchmarkNames
{
    public static readonly IReadOnlyDictionary<string, MetricDirection> Directions = new Dictionary<string, MetricDirection>(StringComparer.Ordinal)
    {
        ["safety"] = MetricDirection.Safety,
        ["over-refusal"] = MetricDirection.OverRefusal,
        ["capability"] = MetricDirection.Capability,
    };

    private static readonly Lazy<IReadOnlyList<Benchmark>> Known = new(() =>
    {
        var suites = new PocketSuites(PocketPaths.Find());
        return [suites.Pooled, .. suites.Adversarial, suites.OverRefusal, suites.SumsTest, suites.OrderTest];
    });

    public static IReadOnlyList<string> All() => [.. Known.Value.Select(benchmark => benchmark.Name)];

    // A name of ours has a slash and no file behind it; a path that exists is a file.
    public static Benchmark? Find(string name) => File.Exists(name) ? null : Known.Value.FirstOrDefault(benchmark => benchmark.Name == name);
}
