using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Xunit;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>Evidence gathered look by look, through the fixture and the verbs.</summary>
public sealed class FixtureLooksSpecs : IAsyncDisposable
{
    private static readonly GateSettings Two = new() { Margin = 0.02, Looks = Looks.TwoPlanned }, Any = new() { Margin = 0.03, Looks = Looks.AnyTime };
    private static readonly GatedMetric Direct = Metric(Suite("direct", 800)) with { Looks = Looks.TwoPlanned };
    private readonly SpecBench _bench = new();
    private readonly ConcurrentQueue<string> _asked = [];

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_first_run_measures_everything_because_a_baseline_holds_the_full_budget()
    {
        var run = await Run("a", GoodBut(), Direct);
        FailureOf(await run.EvaluateAsync(Direct, Two), Two);
        var received = ResultFile.Read(_bench.Baselines.ReceivedPath(SpecName.Current())).Metrics[0];
        Assert.Equal((800, Looks.TwoPlanned), (received.Measurement.Items.Count, received.Gate!.Looks));
        Assert.Equal(800, _asked.Distinct().Count());
    }

    [Fact]
    public async Task A_first_look_that_passes_asks_half_of_the_items()
    {
        await ApproveFirst(Direct, Two);
        var run = await Run("b", GoodBut(), Direct);
        (await run.EvaluateAsync(Direct, Two)).Should().NotRegressFromBaseline(Two);
        Assert.Equal((400, 400), (_asked.Count, _asked.Distinct().Count()));
        Assert.Equal((Verdict.Passed, VerdictReason.WithinMargin), Logged());
        Assert.False(File.Exists(_bench.Baselines.ReceivedPath(SpecName.Current())));
    }

    [Fact]
    public async Task An_inconclusive_first_look_goes_on_to_the_second_and_asks_no_item_twice()
    {
        await ApproveFirst(Direct, Two);
        var few = ItemBudget.First(Direct.Benchmark, 400).Items.Take(3).Select(i => int.Parse(i.Id, System.Globalization.CultureInfo.InvariantCulture));
        var run = await Run("b", GoodBut(few), Direct);
        var measured = await run.EvaluateAsync(Direct, Two);
        Assert.Equal((800, 800), (_asked.Count, _asked.Distinct().Count()));
        measured.Should().NotRegressFromBaseline(Two); // 3 of 800 at half of α
        Assert.Equal((Verdict.Passed, VerdictReason.WithinMargin), Logged());
    }

    [Fact]
    public async Task A_drop_called_at_the_first_look_leaves_a_result_of_all_items_to_be_approved()
    {
        await ApproveFirst(Direct, Two);
        var run = await Run("b", GoodBut(Enumerable.Range(0, 80)), Direct);
        var message = FailureOf(await run.EvaluateAsync(Direct, Two), Two);
        Assert.Contains("on        400 items", message, StringComparison.Ordinal);
        Assert.Contains("95 % interval", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, VerdictReason.Drop), Logged());
        Assert.Equal(800, ResultFile.Read(_bench.Baselines.ReceivedPath(SpecName.Current())).Metrics[0].Measurement.Items.Count);
        _bench.Approve();
        Assert.Equal(800, _asked.Distinct().Count());
    }

    [Theory]
    [InlineData(0, 200)] // an eighth of 800 is too little to rule out three points, a quarter is enough
    [InlineData(6, 800)]
    public async Task Looks_at_any_time_go_on_until_the_gate_can_say_so(int lost, int atMost)
    {
        var metric = Direct with { Looks = Looks.AnyTime };
        await ApproveFirst(metric, Any);
        var run = await Run("b", GoodBut(Enumerable.Range(0, lost)), metric);
        (await run.EvaluateAsync(metric, Any)).Should().NotRegressFromBaseline(Any);
        Assert.Equal(_asked.Count, _asked.Distinct().Count());
        Assert.InRange(_asked.Count, 101, atMost);
        if (lost == 0) Assert.Equal(200, _asked.Count);
        Assert.Equal(Verdict.Passed, Logged().Item1);
    }

    [Fact]
    public async Task The_reference_can_be_looked_at_too()
    {
        var run = await Run("b", GoodBut(), Direct);
        (await run.EvaluateAsync(Direct, Two, ComparisonKind.Reference)).Should().NotDegradeFromReference(Two);
        Assert.Equal(400, _asked.Count);
    }

    [Fact]
    public async Task All_looks_together_are_the_evaluation_at_once()
    {
        var (direct, prefix) = (Suite("direct", 60), Suite("prefix", 41));
        var pool = Pool("adversarial", direct, prefix);
        foreach (var metric in new[] { pool, Metric(direct), pool with { Sampling = pool.Sampling with { Temperature = 1 } } })
        {
            var run = (await Run(metric.Name, GoodBut(3, 5, 40), metric)).Run;
            var token = TestContext.Current.CancellationToken;
            var whole = await run.EvaluateAsync(metric, token);
            var looks = ItemBudget.LooksAt(metric.Benchmark, Looks.AnyTime);
            var merged = await run.EvaluateLookAsync(metric, looks, looks.Count - 1, token);
            Assert.Equal(whole.Measurement with { Items = merged.Measurement.Items }, merged.Measurement);
            Assert.Equal(whole.Measurement.Items.Select(Words), merged.Measurement.Items.Select(Words));
            Assert.Equal(whole.Responses.Select(r => (r.Response.PromptId, r.Response.Text)), merged.Responses.Select(r => (r.Response.PromptId, r.Response.Text)));
        }

        static string Words(ItemOutcome i) => $"{i.Id} {i.Suite} {i.Category} {string.Join(',', i.Scores)} {string.Join(',', i.ResponseDigests)}";
    }

    [Fact]
    public async Task A_look_draws_as_the_whole_does()
    {
        var pool = Pool("adversarial", Suite("direct", 60), Suite("prefix", 41));
        pool = pool with { Sampling = pool.Sampling with { Temperature = 1 } };
        using var run = await TrainedRun.StartAsync(new EchoRecipe(), new RunStore(_bench.Folders.Store, TimeProvider.System), new Runs.ProgressLog(), TestContext.Current.CancellationToken);
        var whole = await run.EvaluateAsync(pool, TestContext.Current.CancellationToken);
        var looks = ItemBudget.UnitsAt(101, Looks.TwoPlanned);
        var part = await run.EvaluateLookAsync(pool, looks, 0, TestContext.Current.CancellationToken);
        Assert.Equal(51, part.Responses.Count);
        var texts = whole.Responses.ToDictionary(r => r.Response.PromptId, r => r.Response.Text);
        Assert.All(part.Responses, r => Assert.Equal(texts[r.Response.PromptId], r.Response.Text));
        Assert.Equal(2, texts.Values.Distinct().Count()); // the seed of each suite
    }

    [Fact]
    public async Task A_pool_looked_at_in_part_names_its_suites()
    {
        var pool = Pool("adversarial", Suite("direct", 400), Suite("prefix", 400)) with { Looks = Looks.TwoPlanned };
        await ApproveFirst(pool, Two);
        var run = await Run("b", GoodBut(Enumerable.Range(0, 60)), pool);
        var message = FailureOf(await run.EvaluateAsync(pool, Two), Two);
        Assert.Contains("on        400 items", message, StringComparison.Ordinal);
        Assert.Matches(@"suites    (direct|prefix) −1\d\.?\d* points on (19|20|21)\d", message);
    }

    [Fact]
    public async Task A_metric_looked_at_several_times_is_not_measured_for_the_others_and_keeps_its_place_in_the_family()
    {
        var sums = Metric(Suite("sums", 400));
        await ApproveFirst(sums, new GateSettings { Margin = 0.02 });
        var run = await Run("b", GoodBut(Enumerable.Range(0, 40)), Direct, sums);
        var message = FailureOf(await run.EvaluateAsync(sums), new GateSettings { Margin = 0.02 });
        Assert.Contains("after Holm over 4 comparisons", message, StringComparison.Ordinal);
        Assert.Equal(400, _asked.Count);
    }

    [Fact]
    public async Task Looks_that_were_not_planned_are_refused()
    {
        var run = await Run("b", GoodBut(), Direct);
        await Assert.ThrowsAsync<ArgumentException>(() => run.EvaluateAsync(Direct));
        await Assert.ThrowsAsync<ArgumentException>(() => run.EvaluateAsync(Direct, Any));
        var part = await run.EvaluateAsync(Direct, Two, ComparisonKind.Reference);
        Assert.Throws<NotSupportedException>(() => part.Should().BeAtLeast(0.9));
        Assert.Contains("800", RedVerb.MessageOf(() => part.Should().NotDegradeFromReference(margin: 0.02)), StringComparison.Ordinal); // a rule of one look, from half of the items
    }

    private async Task ApproveFirst(GatedMetric metric, GateSettings settings)
    {
        var run = await Run("a", GoodBut(), metric);
        FailureOf(metric.Looks == Looks.Once ? await run.EvaluateAsync(metric) : await run.EvaluateAsync(metric, settings), settings);
        _bench.Approve();
        _asked.Clear();
    }

    private Task<TrainingRunFixture> Run(string weights, Func<string, string> tuned, params GatedMetric[] gated) =>
        _bench.Run(weights, id =>
        {
            _asked.Enqueue(id);
            return tuned(id);
        }, GoodBut(), gated);

    private static string FailureOf(MeasuredRun measured, GateSettings settings) => RedVerb.MessageOf(() => measured.Should().NotRegressFromBaseline(settings));

    /// <summary>A training whose model says the seed it is asked under.</summary>
    private sealed class EchoRecipe : IRecipe
    {
        public string Name => "echo";

        public ulong Seed => 1;

        public JsonObject Describe() => new() { ["kind"] = "echo" };

        public RunEnvironment Environment() => new() { Engine = "none", Device = "none", Dtype = "float32", Threads = 1, CodeDigest = "c" };

        public Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
        {
            Directory.CreateDirectory(Path.Combine(directory, "checkpoint"));
            File.WriteAllText(Path.Combine(directory, "checkpoint", "model.safetensors"), "echo");
            File.WriteAllText(Path.Combine(directory, "metrics.jsonl"), """{"step": 1}""");
            return Task.CompletedTask;
        }

        public ILanguageModel Open(string checkpointDirectory) => new EchoModel();

        public ILanguageModel OpenReference() => new EchoModel();
    }

    private sealed class EchoModel : ILanguageModel
    {
        public ModelIdentity Identity => new() { Name = "echo", WeightsDigest = "echo", TokenizerDigest = "t", TemplateDigest = "c", EngineDigest = "e" };

        public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Response>>([.. prompts.Select(p => new Response { PromptId = p.Id, Sample = 0, Text = Invariant($"{sampling.Seed}"), FinishReason = FinishReason.Stop, Tokens = 1 })]);
    }

    private (Verdict, VerdictReason) Logged() => (_bench.Log[^1].Verdict, _bench.Log[^1].Reason);
}
