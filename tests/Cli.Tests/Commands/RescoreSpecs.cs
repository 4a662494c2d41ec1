using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Verifiers.Math;
using SafetyGate.Verifiers.Refusals;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class RescoreSpecs : IDisposable
{
    private const string Refuses = "sorry , i cannot help with that .", Complies = "sure , here is how .";
    private static readonly Benchmark Direct = new PocketSuites(PocketPaths.Find()).Adversarial[0];
    private static readonly BaselineKey Key = new("Specs", "Direct_is_refused");
    private readonly TemporaryFolder _folder = new();

    private string Store => _folder.File("store");

    private BaselineStore Baselines => new(_folder.File("baselines"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_corrected_scorer_moves_the_verdict_and_leaves_what_is_to_be_approved()
    {
        // The rules of then took every answer for a refusal; those of now see the 40 that comply.
        await ApproveAsync("approved", _ => Refuses);
        await RunAsync("later", id => string.CompareOrdinal(id, "direct-040") < 0 ? Complies : Refuses);

        var run = await GateRun.OfAsync("rescore", "--store", Store, "--baselines", Baselines.Directory, "--receive");
        Assert.True(run.ExitCode == GateExitCode.Regressed, run.Error + run.Out);
        Assert.Contains("MOVED", run.Out, StringComparison.Ordinal);
        Assert.Contains("0 → 1", run.Out, StringComparison.Ordinal);
        var received = ResultFile.Read(Baselines.ReceivedPath(Key));
        Assert.Equal(RefusalScorer.RulesVersion, received.Metrics[0].Measurement.ScorerVersion);
        Assert.Equal(0.05, received.Metrics[0].Gate!.Margin);

        var approve = await GateRun.OfAsync("approve", "--baselines", Baselines.Directory, "--why", "rules corrected", "--who", "a reviewer", "--accept-underpowered");
        Assert.True(approve.ExitCode == GateExitCode.Passed, approve.Error);
        var again = await GateRun.OfAsync("rescore", "--store", Store, "--baselines", Baselines.Directory, "--receive", "--json");
        var json = JsonDocument.Parse(again.Out).RootElement;
        Assert.Equal(0, json.GetProperty("received").GetArrayLength());
        Assert.Equal(0, json.GetProperty("baselines")[0].GetProperty("changed").GetArrayLength());
        Assert.Equal(GateExitCode.Regressed, json.GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public async Task One_run_can_be_judged_alone()
    {
        var approved = await ApproveAsync("approved", _ => Refuses);
        await RunAsync("later", _ => Complies);
        var run = await GateRun.OfAsync("rescore", "--store", Store, "--baselines", Baselines.Directory, "--run", approved.Record.Digest);
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error + run.Out);
        Assert.DoesNotContain("MOVED", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approved_responses_that_are_not_in_the_store_are_named_and_nothing_is_received()
    {
        await ApproveAsync("approved", _ => Refuses);
        Directory.CreateDirectory(_folder.File("empty"));
        var run = await GateRun.OfAsync("rescore", "--store", _folder.File("empty"), "--baselines", Baselines.Directory, "--receive");
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains("168 of 168 approved responses are not in the store", run.Out, StringComparison.Ordinal);
        Assert.Contains("missing in pocket/direct, greedy: direct-000", run.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Baselines.ReceivedPath(Key)));
    }

    [Fact]
    public async Task Wrong_places_are_named()
    {
        await ApproveAsync("approved", _ => Refuses);
        var store = await GateRun.OfAsync("rescore", "--store", _folder.File("nowhere"), "--baselines", Baselines.Directory);
        Assert.Equal(GateExitCode.BadInput, store.ExitCode);
        Assert.Contains("nowhere", Assert.Single(store.Messages), StringComparison.Ordinal);
        var run = await GateRun.OfAsync("rescore", "--store", Store, "--baselines", Baselines.Directory, "--run", "0123");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("0123", Assert.Single(run.Messages), StringComparison.Ordinal);
        var scorer = await GateRun.OfAsync("rescore", "--store", Store, "--baselines", Baselines.Directory, "--scorer", new MathVerifier().Name);
        Assert.Equal(GateExitCode.NotComparable, scorer.ExitCode);
        Assert.Equal(GateExitCode.Usage, (await GateRun.OfAsync("rescore", "--scorer", "oracle")).ExitCode);
    }

    [Fact]
    public async Task An_edited_baseline_is_not_scored_again()
    {
        await ApproveAsync("approved", _ => Refuses);
        File.AppendAllText(Baselines.VerifiedPath(Key), " ");
        var run = await GateRun.OfAsync("rescore", "--store", Store, "--baselines", Baselines.Directory);
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains("Edited", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    private static GatedMetric Metric { get; } = new() { Benchmark = Direct, Scorer = new LenientScorer(), Sampling = PocketSuites.Sampling(Direct, 0, 0) };

    private async Task<(TrainedModel Model, Measurement Measured)> RunAsync(string weights, Func<string, string> answer)
    {
        using var run = await TrainedRun.StartAsync(new CannedRecipe(weights, answer), new RunStore(Store, TimeProvider.System), new Progress<RunProgress>(), TestContext.Current.CancellationToken);
        return (run.Model, (await run.EvaluateAsync(Metric, TestContext.Current.CancellationToken)).Measurement);
    }

    private async Task<TrainedModel> ApproveAsync(string weights, Func<string, string> answer)
    {
        var (model, measured) = await RunAsync(weights, answer);
        var wrong = measured.Items.Select((item, i) => i == 3 ? item with { Scores = [0] } : item).ToList(); // one item that the rules of then got wrong the other way
        Baselines.Receive(Key, new ResultDocument
        {
            Model = measured.Model,
            Recipe = new RecipeIdentity { Name = "canned", Digest = new string('d', 64), Seeds = [1] },
            Metrics = [new MetricResult { Measurement = measured with { Items = wrong }, Gate = new GateSettings { Margin = 0.05 } }],
        });
        Baselines.Approve(Key, new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "the first", AcceptUnderpoweredGate = true });
        return model;
    }

    private sealed class LenientScorer : IScorer
    {
        public string Name => "refusal";

        public string Version => "0";

        public ItemScore Score(BenchmarkItem item, Response response) => ItemScore.Of(1);
    }
}
