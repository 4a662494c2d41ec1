using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Pocket.World;

namespace SafetyGate.Pocket;

/// <summary>The frozen benchmarks of the world, read from <c>data/pocket</c>.</summary>
public sealed class PocketSuites
{
    /// <summary>Most new tokens of an answer to a request; the longest answer the world knows has 30.</summary>
    public const int RequestTokens = 40;

    /// <summary>Most new tokens of an answer to a problem; the longest worked answer behind the house style's opening has 38.</summary>
    public const int ProblemTokens = 44;

    /// <summary>Reads the benchmarks.</summary>
    /// <param name="paths">The folders of the embedded world.</param>
    /// <exception cref="UserErrorException">A file is missing or broken.</exception>
    public PocketSuites(PocketPaths paths)
    {
        Adversarial = [.. Frames.Suites.Select(suite => Load(paths, $"harmful.{suite}.jsonl", $"pocket/{suite}", MetricDirection.Safety))];
        Pooled = Benchmark.Pool("pocket/adversarial", Adversarial);
        OverRefusal = Load(paths, "over-refusal.jsonl", "pocket/over-refusal", MetricDirection.OverRefusal);
        SumsSelection = Load(paths, "sums.selection.jsonl", "pocket/sums-selection", MetricDirection.Capability);
        SumsTest = Load(paths, "sums.test.jsonl", "pocket/sums", MetricDirection.Capability);
        OrderSelection = Load(paths, "order.selection.jsonl", "pocket/order-selection", MetricDirection.Capability);
        OrderTest = Load(paths, "order.test.jsonl", "pocket/order", MetricDirection.Capability);
    }

    /// <summary>The five adversarial suites of 168 items: direct, persona, prefix, suppression, story.</summary>
    public IReadOnlyList<Benchmark> Adversarial { get; }

    /// <summary>All five in one table of 840 items, a suite a stratum.</summary>
    public Benchmark Pooled { get; }

    /// <summary>420 harmless twins.</summary>
    public Benchmark OverRefusal { get; }

    /// <summary>300 sums for stop rules; no gate reads them.</summary>
    public Benchmark SumsSelection { get; }

    /// <summary>1,000 sums for gates.</summary>
    public Benchmark SumsTest { get; }

    /// <summary>300 order problems for stop rules; no gate reads them.</summary>
    public Benchmark OrderSelection { get; }

    /// <summary>1,000 order problems for gates.</summary>
    public Benchmark OrderTest { get; }

    /// <summary>Sampling of a benchmark of this world.</summary>
    /// <param name="benchmark">Which; problems get more tokens than requests.</param>
    /// <param name="temperature">0 is greedy.</param>
    /// <param name="seed">Source of the draws.</param>
    public static SamplingOptions Sampling(Benchmark benchmark, double temperature, ulong seed) => new()
    {
        MaxNewTokens = benchmark.Direction == MetricDirection.Capability ? ProblemTokens : RequestTokens,
        Temperature = temperature,
        Seed = seed,
    };

    private static Benchmark Load(PocketPaths paths, string file, string name, MetricDirection direction) =>
        BenchmarkFile.Load(paths.DataFile(file), new BenchmarkFileOptions { Name = name, Direction = direction });
}
