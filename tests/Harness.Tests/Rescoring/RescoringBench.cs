using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Rescoring;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Harness.Tests.Xunit;

namespace SafetyGate.Harness.Tests.Rescoring;

/// <summary>A store with runs that answer as wanted, scored by the old rules.</summary>
internal sealed class RescoringBench : IDisposable
{
    public static readonly BaselineKey Key = new("Specs", "Holds");
    private static readonly Benchmark[] Suites = [SpecBench.Suite("direct", 300), SpecBench.Suite("story", 300)];
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder["store"];

    public RunStore Store => new(Root, TimeProvider.System);

    public static GatedMetric Pool(double temperature = 0) => GatedMetric.Pool("pool", Suites, HedgeScorer.Old, new SamplingOptions { MaxNewTokens = 4, Temperature = temperature, Seed = 0 });

    public static IReadOnlyList<RescoringTarget> Targets => [new(Pool().Benchmark, Suites), .. Suites.Select(s => new RescoringTarget(s, []))];

    public static ResultDocument Document(Measurement measurement, string recipe = "answering") => new()
    {
        Spec = Key.Spec,
        Test = Key.Test,
        Model = measurement.Model,
        Recipe = new RecipeIdentity { Name = recipe, Digest = new string('d', 64), Seeds = [3] },
        Metrics = [new MetricResult { Measurement = measurement, Gate = new GateSettings { Margin = 0.02 } }],
    };

    /// <summary>A run whose answers to each suite are the same words by item number.</summary>
    public async Task<(TrainedModel Model, Measurement Measured)> Run(string weights, Func<string, string> answers, double temperature = 0)
    {
        using var run = await TrainedRun.StartAsync(new AnsweringRecipe(weights, answers, _ => "good"), Store, new ProgressLog(), TestContext.Current.CancellationToken);
        return (run.Model, (await run.EvaluateAsync(Pool(temperature), TestContext.Current.CancellationToken)).Measurement);
    }

    public ResponseArchive Archive() => new(StoredEvaluation.Folders(Root).SelectMany(StoredEvaluation.AllIn), Suites.Select(s => s.Digest).ToHashSet());

    public RescoringReport Report(IScorer scorer, ResultDocument approved, params TrainedModel[] runs) => RescoringReport.Of(
        new Rescorer(Targets, [scorer]), [(Key, approved)], Archive(), runs.Select(r => (r.Record, StoredEvaluation.AllIn(Store.EvaluationsOf(r).Directory))));

    public void Dispose() => _folder.Dispose();
}
