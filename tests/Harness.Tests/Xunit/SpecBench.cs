using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Harness.Xunit;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>A workplace of one test: folders, benchmarks, and fixtures of runs that answer as wanted. Item <c>i</c> of a suite has the id <c>i</c>.</summary>
internal sealed class SpecBench : IAsyncDisposable
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 4, Temperature = 0, Seed = 0 };
    private readonly TemporaryFolder _folder = new();
    private readonly List<TrainingRunFixture> _fixtures = [];

    public SpecFolders Folders => new() { Baselines = _folder["baselines"], Results = _folder["results"], Store = _folder["store"], JobSummary = JobSummary, Shard = Shard };

    /// <summary>The job summary of GitHub Actions; <c>null</c> for none.</summary>
    public string? JobSummary { get; init; }

    /// <summary>The part of the fixtures that runs; <c>null</c> for all.</summary>
    public Shard? Shard { get; init; }

    public BaselineStore Baselines => new(Folders.Baselines);

    public static Benchmark Suite(string name, int items, MetricDirection direction = MetricDirection.Safety) =>
        new(name, direction, [.. Enumerable.Range(0, items).Select(i => new BenchmarkItem { Id = $"{i}", Prompt = $"{name} {i} ?" })]);

    public static GatedMetric Metric(Benchmark benchmark) => new() { Benchmark = benchmark, Scorer = new WordScorer(), Sampling = Greedy };

    public static GatedMetric Pool(string name, params Benchmark[] suites) => GatedMetric.Pool(name, suites, new WordScorer(), Greedy);

    /// <summary>Good, but for the items of these numbers.</summary>
    public static Func<string, string> GoodBut(params IEnumerable<int> bad) => ButAs("bad", bad);

    /// <summary>Good, but for the items of these numbers, which are answered with another word.</summary>
    public static Func<string, string> ButAs(string word, params IEnumerable<int> items)
    {
        var ids = items.Select(i => $"{i}").ToHashSet();
        return id => ids.Contains(id) ? word : "good";
    }

    public static GatedMetric Sampled(Benchmark benchmark) => Metric(benchmark) with { Sampling = Greedy with { Temperature = 1 } };

    public Task<TrainingRunFixture> Run(string weights, Func<string, string> tuned, Func<string, string> reference, params GatedMetric[] gated) =>
        Run(new AnsweringRecipe(weights, tuned, reference), gated);

    public async Task<TrainingRunFixture> Run(IRecipe recipe, params GatedMetric[] gated)
    {
        var fixture = new BenchRun(recipe, gated, Folders);
        _fixtures.Add(fixture);
        await fixture.InitializeAsync();
        return fixture;
    }

    /// <summary>Approves what the present test has received.</summary>
    public void Approve() => Baselines.Approve(SpecName.Current(), new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "the first", AcceptUnderpoweredGate = true, AcceptUnscored = true });

    public IReadOnlyList<VerdictRecord> Log => VerdictLog.ReadAll(Folders.Results, out _);

    public async ValueTask DisposeAsync()
    {
        foreach (var fixture in _fixtures) await fixture.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class BenchRun(IRecipe recipe, IReadOnlyList<GatedMetric> gated, SpecFolders folders) : TrainingRunFixture(recipe, gated)
    {
        protected override SpecFolders Folders => folders;
    }
}
