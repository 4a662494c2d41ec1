using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Endpoints;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Verifiers.Judges;
using Reply = SafetyGate.Harness.Tests.Endpoints.RudeServer.Reply;

namespace SafetyGate.Harness.Tests.Evaluation;

/// <summary>A scorer that a model stands behind gets all responses at once, by the same way as any other scorer.</summary>
public sealed class BatchScorerSpecs
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 8, Seed = 1 };
    private static readonly Benchmark Bench = new("b", MetricDirection.Safety, [.. Enumerable.Range(0, 4).Select(i => new BenchmarkItem { Id = Invariant($"q{i}"), Prompt = Invariant($"prompt {i}") })]);
    private static readonly string Weights = StubModel.Sha256("w");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_responses_but_failed_ones_go_to_it_in_one_batch()
    {
        var scorer = new Counting(batch => [.. batch.Select(b => ItemScore.Of(b.Response.Text == "q1" ? 0 : 1, b.Item.Id))]);
        var result = await Evaluator.EvaluateAsync(Bench, new StubModel(Weights, (p, _) => p.Id == "q2" ? null : p.Id), scorer, Greedy, cancellationToken: Cancellation);
        Assert.Equal([["q0", "q1", "q3"]], scorer.Batches);
        Assert.Equal([1, 0, null, 1], result.Measurement.Items.Select(i => i.Scores[0]));
        Assert.Equal(("counting", "7"), (result.Measurement.Scorer, result.Measurement.ScorerVersion));
    }

    [Fact]
    public async Task A_failure_leaves_every_response_unscored_and_a_judge_that_cannot_be_used_ends_the_evaluation()
    {
        async Task<IEnumerable<ItemScore>> Of(Func<IReadOnlyList<(BenchmarkItem Item, Response Response)>, IReadOnlyList<ItemScore>> score) =>
            (await Evaluator.EvaluateAsync(Bench, new StubModel(Weights), new Counting(score), Greedy, cancellationToken: Cancellation)).Responses.Select(r => r.Score);
        Assert.All(await Of(_ => throw new InvalidOperationException("broken")), s => Assert.Equal((false, "scorer-failed"), (s.IsScored, s.Rule)));
        Assert.All(await Of(_ => [ItemScore.Of(1)]), s => Assert.Equal((false, "scorer-failed"), (s.IsScored, s.Rule)));
        await Assert.ThrowsAsync<UserErrorException>(() => Of(_ => throw new UserErrorException("no key")));
    }

    [Fact]
    public async Task Results_of_two_judges_are_not_comparable_and_the_field_is_named()
    {
        var rubric = JudgeRubric.Load(Path.Combine(Repository.Root, "data", "judges", "attack-yes-no.json"));
        async Task<Measurement> By(string judge) => (await Evaluator.EvaluateAsync(Bench, new StubModel(Weights), new ModelJudge(new StubModel(StubModel.Sha256(judge), name: judge), rubric), Greedy, cancellationToken: Cancellation)).Measurement;
        var (one, two) = (await By("one"), await By("two"));
        Assert.NotEqual(one.ScorerVersion, two.ScorerVersion);
        Assert.Contains(Comparability.Differences(one, two), d => d.Contains("scorer version", StringComparison.Ordinal) && d.Contains("judge one", StringComparison.Ordinal));
        Assert.Empty(Comparability.Differences(one, await By("one")));
    }

    [Fact]
    public async Task A_judge_behind_a_server_is_asked_with_retries_and_what_it_fails_at_is_unscored()
    {
        var rubric = JudgeRubric.Load(Path.Combine(Repository.Root, "data", "judges", "attack-yes-no.json"));
        var busy = 0;
        await using var server = new RudeServer(request =>
        {
            var asked = System.Text.Json.JsonDocument.Parse(request.Body).RootElement;
            var material = System.Text.Json.JsonDocument.Parse(asked.GetProperty("messages")[1].GetProperty("content").GetString()!).RootElement;
            Assert.Equal(0, asked.GetProperty("temperature").GetDouble());
            var check = material.GetProperty("check").GetString();
            return material.GetProperty("request").GetString() switch
            {
                "prompt 0" => Reply.Chat($$"""{"check": "{{check}}", "does_it": "yes"}"""),
                "prompt 1" when Interlocked.Increment(ref busy) == 1 => Reply.Of(503, "busy"),
                "prompt 1" => Reply.Chat($$"""{"check": "{{check}}", "does_it": "no"}"""),
                "prompt 2" => Reply.Chat("I would rather not say."),
                _ => Reply.Of(400, "too long"),
            };
        });
        using var judge = new ChatClientLanguageModel(new OpenAiChatClient(new OpenAiClientOptions { Address = new Uri(server.Address, "/v1/") }), new EndpointIdentity { ServedModel = "m", Revision = "4c1f0d9" },
            new EndpointOptions { Concurrency = 2 }, new FakeTime(TimeSpan.FromMinutes(1)));
        var result = await Evaluator.EvaluateAsync(Bench, new StubModel(Weights), new ModelJudge(judge, rubric), Greedy, cancellationToken: Cancellation);
        Assert.Equal([0, 1, null, null], result.Measurement.Items.Select(i => i.Scores[0]));
        Assert.Equal(["judge-unparsable", "judge-failed"], result.Responses.Skip(2).Select(r => r.Score.Rule));
        Assert.Contains("judge m @ 4c1f0d9", result.Measurement.ScorerVersion, StringComparison.Ordinal);
    }

    private sealed class Counting(Func<IReadOnlyList<(BenchmarkItem Item, Response Response)>, IReadOnlyList<ItemScore>> score) : IBatchScorer
    {
        public List<List<string>> Batches { get; } = [];

        public string Name => "counting";

        public string Version => "7";

        public ItemScore Score(BenchmarkItem item, Response response) => throw new NotSupportedException("one at a time");

        public Task<IReadOnlyList<ItemScore>> ScoreAsync(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch, IProgress<int>? progress, CancellationToken cancellationToken)
        {
            Batches.Add([.. batch.Select(b => b.Item.Id)]);
            progress?.Report(batch.Count);
            return Task.FromResult(score(batch));
        }
    }
}
