using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Catalogs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Rescoring;
using SafetyGate.Pocket;

namespace SafetyGate.Cli.Commands;

/// <summary>The benchmarks known by name, and the names of directions.</summary>
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

    public static IReadOnlyList<string> All() =>
        [.. Known.Value.Select(benchmark => benchmark.Name), .. BundledCatalog.Catalog.Entries.Select(entry => entry.Name)];

    /// <summary>Name of a direction on the command line.</summary>
    public static string NameOf(MetricDirection direction) => Directions.First(known => known.Value == direction).Key;

    /// <summary>The entry of the catalog with this name; a path that exists is a file.</summary>
    public static CatalogEntry? InCatalog(string name) =>
        File.Exists(name) ? null : BundledCatalog.Catalog.Entries.FirstOrDefault(entry => entry.Name == name);

    /// <summary>The benchmarks by name, with the suites of a pool, whose responses can be scored again.</summary>
    public static IReadOnlyList<RescoringTarget> Targets()
    {
        var suites = new PocketSuites(PocketPaths.Find());
        return [.. Known.Value.Select(benchmark => new RescoringTarget(benchmark, benchmark.Digest == suites.Pooled.Digest ? suites.Adversarial : []))];
    }

    /// <summary>The metric of a stored evaluation, which knows its benchmark by digest only.</summary>
    public static string NameOf(string digest, SamplingOptions sampling) =>
        Evaluator.MetricName(Known.Value.FirstOrDefault(benchmark => benchmark.Digest == digest)?.Name ?? $"benchmark {digest[..12]}",
            sampling);

    /// <summary>True for a benchmark that is known here and whose items share no behavior.</summary>
    public static bool HasOwnItems(string digest) =>
        Known.Value.FirstOrDefault(benchmark => benchmark.Digest == digest) is { } known
            && !known.Items.Where(item => item.Behavior is not null).GroupBy(item => item.Behavior, StringComparer.Ordinal).Any(shared => shared.Skip(1).Any());

    // A name of ours has a slash and no file behind it; a path that exists is a file.
    public static Benchmark? Find(string name) =>
        File.Exists(name) ? null
        : Known.Value.FirstOrDefault(benchmark => benchmark.Name == name) ?? (InCatalog(name) is { } entry ? CatalogFolder.FromEnvironment().Load(entry) : null);
}
