using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Tests.Evaluation;

public sealed class EvaluatorSpecs
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 8, Seed = 1 };

    private static Benchmark Suite(string name, params string[] ids) =>
        new(name, MetricDirection.Safety, [.. ids.Select(i => new BenchmarkItem { Id = i, Prompt = $"prompt {i}", Category = "c", Behavior = $"behavior {i}" })]);

    private static Response Says(string id, string text, int sample = 0, FinishReason reason = FinishReason.Stop) => new() { PromptId = id, Sample = sample, Text = text, FinishReason = reason };

    [Fact]
    public async Task Every_item_is_asked_in_order_and_scored()
    {
        var model = new FixedModel(p => [Says(p.Id, $"answer to {p.Messages![0].Content}")]);
        var evaluation = await Evaluator.EvaluateAsync(Suite("s", "b", "a"), model, new LengthScorer(), Greedy, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["b", "a"], model.Asked);
        Assert.Equal(["b", "a"], evaluation.Measurement.Items.Select(i => i.Id));
        Assert.Equal([1.0, 1.0], evaluation.Measurement.Items.Select(i => i.Scores.Single()!.Value));
        Assert.Equal("s, greedy", evaluation.Measurement.Metric);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("answer to prompt b"))), evaluation.Measurement.Items[0].ResponseDigests[0]);
        Assert.Equal(("c", "behavior b"), (evaluation.Measurement.Items[0].Category, evaluation.Measurement.Items[0].Behavior));
    }

    [Theory]
    [InlineData(Evaluator.LongestResponse, null)]
    [InlineData(Evaluator.LongestResponse + 1, "too-long")]
    public async Task A_response_beyond_the_limit_reaches_no_scorer(int length, string? rule)
    {
        var model = new FixedModel(p => [Says(p.Id, new string('a', length))]);
        var evaluation = await Evaluator.EvaluateAsync(Suite("s", "a"), model, new LengthScorer(), Greedy, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((rule, rule is null), (evaluation.Responses[0].Score.Rule, evaluation.Responses[0].Score.IsScored));
    }

    [Fact]
    public async Task Plain_style_asks_without_a_conversation()
    {
        var model = new FixedModel(p => [Says(p.Id, p.Text ?? "chat")]);
        var evaluation = await Evaluator.EvaluateAsync(Suite("s", "a"), model, new LengthScorer(), Greedy, PromptStyle.Plain, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("prompt a", evaluation.Responses[0].Response.Text);
    }

    [Fact]
    public async Task Several_samples_stay_together()
    {
        var model = new FixedModel(p => [Says(p.Id, "two", 1), Says(p.Id, "", 0)]);
        var evaluation = await Evaluator.EvaluateAsync(Suite("s", "a", "b"), model, new LengthScorer(), Greedy with { Temperature = 1, SamplesPerPrompt = 2 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 0, 1], evaluation.Responses.Select(r => r.Response.Sample));
        Assert.Equal([0.0, 1.0], evaluation.Measurement.Items[0].Scores.Select(s => s!.Value));
        Assert.Equal("s, temperature 1", evaluation.Measurement.Metric);
    }

    [Fact]
    public async Task What_cannot_be_scored_is_unscored_with_its_reason()
    {
        var model = new FixedModel(p => p.Id switch
        {
            "missing" => [],
            "twice" => [Says("twice", "x"), Says("twice", "y")],
            "error" => [Says("error", "", reason: FinishReason.Error) with { Error = "no route to host" }],
            var id => [Says(id, id)],
        });
        var evaluation = await Evaluator.EvaluateAsync(Suite("s", "missing", "twice", "error", "throw", "nan", "two", "null", "fine"), model, new OddScorer(), Greedy, cancellationToken: TestContext.Current.CancellationToken);
        var items = evaluation.Measurement.Items.ToDictionary(i => i.Id);
        foreach (var id in new[] { "missing", "twice", "error", "throw", "nan", "two", "null" })
        {
            Assert.Null(items[id].Scores.Single());
            Assert.Single(items[id].UnscoredReasons);
        }

        Assert.Contains("gave no response", items["missing"].UnscoredReasons[0], StringComparison.Ordinal);
        Assert.Contains("more than one response", items["twice"].UnscoredReasons[0], StringComparison.Ordinal);
        Assert.Contains("no route to host", items["error"].UnscoredReasons[0], StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: scorer broke", items["throw"].UnscoredReasons[0], StringComparison.Ordinal);
        Assert.Contains("A score is NaN", items["nan"].UnscoredReasons[0], StringComparison.Ordinal);
        Assert.Equal(1, items["fine"].Scores.Single());
        Assert.Empty(items["fine"].UnscoredReasons);
    }

    [Fact]
    public async Task Responses_that_the_limit_ended_are_counted_scored_or_not()
    {
        var model = new FixedModel(p => [Says(p.Id, "x", 0, FinishReason.Length), Says(p.Id, "y", 1)]);
        var evaluation = await Evaluator.EvaluateAsync(Suite("s", "null", "fine"), model, new OddScorer(), Greedy with { Temperature = 1, SamplesPerPrompt = 2 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([null, 1.0], evaluation.Measurement.Items.Select(i => i.Scores[0]));
        Assert.Equal([1, 1], evaluation.Measurement.Items.Select(i => i.Cut));
    }

    [Theory]
    [InlineData("stranger", 0, "which is no item of it")]
    [InlineData("a", 1, "samples 0 to 0 were requested")]
    [InlineData("a", -1, "samples 0 to 0 were requested")]
    public async Task A_response_that_was_not_asked_for_is_an_error(string id, int sample, string message)
    {
        var model = new FixedModel(_ => [Says(id, "x", sample)]);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Evaluator.EvaluateAsync(Suite("s", "a"), model, new LengthScorer(), Greedy));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_is_thrown_and_not_scored()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Evaluator.EvaluateAsync(Suite("s", "a"), new FixedModel(p => [Says(p.Id, "x")]), new LengthScorer(), Greedy, cancellationToken: stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Evaluator.EvaluateAsync(Suite("s", "cancel"), new FixedModel(p => [Says(p.Id, "x")]), new OddScorer(), Greedy));
    }

    [Fact]
    public async Task Unsound_sampling_options_are_refused_before_anything_is_asked()
    {
        var model = new FixedModel(p => [Says(p.Id, "x")]);
        await Assert.ThrowsAsync<ArgumentException>(() => Evaluator.EvaluateAsync(Suite("s", "a"), model, new LengthScorer(), Greedy with { MaxNewTokens = 0 }));
        Assert.Empty(model.Asked);
    }

    [Fact]
    public void Responses_do_not_take_the_place_of_a_pipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is Linux's");
        var folder = Directory.CreateTempSubdirectory();
        var pipe = Path.Combine(folder.FullName, "pipe");
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe)) made.WaitForExit();
        Assert.Contains("it is a pipe", Assert.Throws<UserErrorException>(() => ResponseFile.Write(pipe, [])).Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Responses_survive_a_file_and_are_scored_again()
    {
        var suite = Suite("s", "a", "b");
        var first = Evaluator.Rescore(suite, [Says("a", "caf\u00e9 \"x\"\n\u2028y"), Says("b", "", reason: FinishReason.Length)], new LengthScorer(), Greedy, FixedModel.Name);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            ResponseFile.Write(path, first.Responses);
            var back = ResponseFile.Read(path);
            Assert.Equal(first.Responses, back);
            Assert.Equal(2, File.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            var again = Evaluator.Rescore(suite, [.. back.Select(r => r.Response)], new OddScorer(), Greedy, FixedModel.Name);
            Assert.Equal("odd", again.Measurement.Scorer);
            Assert.Equal(first.Measurement.Items.SelectMany(i => i.ResponseDigests), again.Measurement.Items.SelectMany(i => i.ResponseDigests));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("{\"id\":\"a\",\"sample\":0,\"text\":\"x\",\"finish_reason\":\"stop\",\"tokens\":1}", "needs either 'score' or 'unscored'")]
    [InlineData("{\"id\":\"a\",\"sample\":0,\"text\":\"x\",\"finish_reason\":\"stop\",\"score\":1.5}", "A score is 1.5")]
    [InlineData("{\"id\":\"a\",\"sample\":0,\"text\":\"x\",\"finish_reason\":\"done\",\"score\":1}", "finish_reason is 'done'")]
    [InlineData("{\"id\":\"a\",\"sample\":0,\"finish_reason\":\"stop\",\"score\":1}", "'text' is missing")]
    [InlineData("nonsense", "line 2")]
    public void A_broken_line_of_responses_is_refused_with_its_number(string line, string message)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "{\"id\":\"a\",\"sample\":0,\"text\":\"x\",\"finish_reason\":\"stop\",\"score\":1}\n" + line + "\n");
        try
        {
            var error = Assert.Throws<UserErrorException>(() => ResponseFile.Read(path));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_pool_keeps_ids_apart_and_knows_its_suites()
    {
        var pool = Benchmark.Pool("all", Suite("s", "1", "2"), Suite("t", "1"));
        Assert.Equal(["s/1", "s/2", "t/1"], pool.Items.Select(i => i.Id));
        Assert.Equal(["s", "s", "t"], pool.Items.Select(i => i.Suite));
        Assert.Throws<ArgumentException>(() => Benchmark.Pool("all", Suite("s", "1"), Suite("s", "2")));
        Assert.Throws<ArgumentException>(() => Benchmark.Pool("all"));
        Assert.Throws<ArgumentException>(() => Benchmark.Pool("all", Suite("s", "1"), new Benchmark("t", MetricDirection.Capability, Suite("t", "1").Items)));
    }

    [Fact]
    public void Measured_suites_pool_to_what_the_pool_would_have_measured()
    {
        var (s, t) = (Suite("s", "1", "2"), Suite("t", "1"));
        var pool = Benchmark.Pool("all", s, t);
        var parts = new[] { Measured(s, 5), Measured(t, 5) };
        var pooled = MeasurementPool.Of(pool, parts);
        var direct = Evaluator.Rescore(pool, [.. pool.Items.Select(i => Says(i.Id, "x"))], new LengthScorer(), Greedy with { Seed = 5 }, FixedModel.Name).Measurement;
        Assert.Equal(direct with { Items = [] }, pooled with { Items = [] });
        Assert.Equal(direct.Items.Select(i => (i.Id, i.Suite, i.Category, i.Behavior, i.Scores[0])), pooled.Items.Select(i => (i.Id, i.Suite, i.Category, i.Behavior, i.Scores[0])));
        Assert.NotEqual(MeasurementPool.Of(pool, [Measured(s, 5), Measured(t, 6)]).Sampling.Seed, MeasurementPool.Of(pool, [Measured(s, 6), Measured(t, 5)]).Sampling.Seed);
    }

    [Fact]
    public void A_question_that_two_suites_ask_is_one_behavior_of_the_measured_pool()
    {
        static Benchmark Asking(string name) => new(name, MetricDirection.Safety, [new BenchmarkItem { Id = "1", Prompt = "the same" }]);
        var (s, t) = (Asking("s"), Asking("t"));
        var pool = Benchmark.Pool("all", s, t);
        Assert.Equal([pool.Items[0].Behavior, pool.Items[0].Behavior], MeasurementPool.Of(pool, [Measured(s, 5), Measured(t, 5)]).Items.Select(i => i.Behavior));
        Assert.StartsWith("question ", pool.Items[0].Behavior, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_like_is_pooled_with_like_and_nothing_may_be_missing()
    {
        var (s, t) = (Suite("s", "1", "2"), Suite("t", "1"));
        var pool = Benchmark.Pool("all", s, t);
        Assert.Contains("has 3 items, its parts 2", Fails(pool, Measured(s, 1)), StringComparison.Ordinal);
        Assert.Contains("differ in their sampling", Fails(pool, Measured(s, 1), Measured(t, 1) with { Sampling = Greedy with { MaxNewTokens = 9 } }), StringComparison.Ordinal);
        Assert.Contains("differ in their scorer", Fails(pool, Measured(s, 1), Measured(t, 1) with { ScorerVersion = "2" }), StringComparison.Ordinal);
        Assert.Contains("differ in their model", Fails(pool, Measured(s, 1), Measured(t, 1) with { Model = FixedModel.Name with { WeightsDigest = "other" } }), StringComparison.Ordinal);
        Assert.Contains("differ in their model", Fails(pool, Measured(s, 1), Measured(t, 1) with { Model = FixedModel.Name with { TemplateDigest = "other" } }), StringComparison.Ordinal);
        Assert.Contains("differ in their prompt style", Fails(pool, Measured(s, 1), Measured(t, 1) with { Style = PromptStyle.Plain }), StringComparison.Ordinal);
        Assert.Contains("was measured twice", Fails(pool, Measured(s, 1), Measured(s, 1)), StringComparison.Ordinal);
        Assert.Contains("was not measured", Fails(pool, Measured(s, 1), Measured(Suite("u", "1"), 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_seed_depends_on_every_part_and_their_order()
    {
        Assert.Equal(EvaluationSeed.Derive("a", "b"), EvaluationSeed.Derive("a", "b"));
        var seeds = new[] { EvaluationSeed.Derive("a", "b"), EvaluationSeed.Derive("b", "a"), EvaluationSeed.Derive("ab"), EvaluationSeed.Derive("ab", ""), EvaluationSeed.Derive("a", "bc") };
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.Throws<ArgumentException>(() => EvaluationSeed.Derive());
    }

    private static Measurement Measured(Benchmark suite, ulong seed) =>
        Evaluator.Rescore(suite, [.. suite.Items.Select(i => Says(i.Id, "x"))], new LengthScorer(), Greedy with { Seed = seed }, FixedModel.Name).Measurement;

    private static string Fails(Benchmark pool, params Measurement[] parts) => Assert.Throws<ArgumentException>(() => MeasurementPool.Of(pool, parts)).Message;

    private sealed class FixedModel(Func<Prompt, Response[]> answer) : ILanguageModel
    {
        public static ModelIdentity Name { get; } = new() { Name = "fixed", WeightsDigest = "w", TokenizerDigest = "", TemplateDigest = "", EngineDigest = "" };

        public ModelIdentity Identity => Name;

        public List<string> Asked { get; } = [];

        public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Asked.AddRange(prompts.Select(p => p.Id));
            return Task.FromResult<IReadOnlyList<Response>>([.. prompts.SelectMany(answer)]);
        }
    }

    private sealed class LengthScorer : IScorer
    {
        public string Name => "length";

        public string Version => "1";

        public ItemScore Score(BenchmarkItem item, Response response) => ItemScore.Of(response.Text.Length > 0 ? 1 : 0);
    }

    private sealed class OddScorer : IScorer
    {
        public string Name => "odd";

        public string Version => "1";

        public ItemScore Score(BenchmarkItem item, Response response) => item.Id switch
        {
            "throw" => throw new InvalidOperationException("scorer broke"),
            "cancel" => throw new OperationCanceledException(),
            "nan" => ItemScore.Of(double.NaN),
            "two" => ItemScore.Of(2),
            "null" => null!,
            _ => ItemScore.Of(1),
        };
    }
}
