using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Xunit;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

public sealed class TrainingRunFixtureSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 100));
    private static readonly GatedMetric Sums = Metric(Suite("sums", 100, MetricDirection.Capability));
    private readonly SpecBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(""), InlineData(" "), InlineData(null)]
    public void A_scorer_without_a_version_gates_nothing(string? none)
    {
        var error = Assert.Throws<ArgumentException>(() => SpecBench.Metric(SpecBench.Suite("direct", 3)) with { Scorer = new Rescoring.HedgeScorer(none!, hedge: 1) });
        Assert.Contains("has no Version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_gated_metric_is_measured_before_the_first_assertion()
    {
        var run = await _bench.Run("a", GoodBut(), GoodBut(1), Direct, Sums);
        var measured = await run.EvaluateAsync(Sums.Benchmark);
        Assert.Equal("sums, greedy", measured.ToString());
        Assert.Equal(["direct, greedy", "sums, greedy"], measured.Gated.Select(m => m.Now.Measurement.Metric));
        Assert.All(measured.Gated, m => Assert.Equal(0.0, m.Reference.Measurement.Items[1].Scores[0]));
    }

    [Fact]
    public async Task A_run_that_fails_to_train_fails_each_spec_with_one_message()
    {
        var run = await _bench.Run("diverges", GoodBut(), GoodBut(), Direct);
        for (var spec = 0; spec < 2; spec++)
        {
            var failure = await Assert.ThrowsAsync<GateFailureException>(() => run.EvaluateAsync(Direct));
            Assert.Contains("The loss is NaN at step 12", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_metric_that_was_not_declared_is_refused()
    {
        var run = await _bench.Run("a", GoodBut(), GoodBut(), Direct);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => run.EvaluateAsync(Sums.Benchmark));
        Assert.Contains("declares 'direct, greedy'", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => run.EvaluateAsync(Sums));
        var edited = new Benchmark(Direct.Benchmark.Name, Direct.Benchmark.Direction, [.. Direct.Benchmark.Items.Skip(1)]);
        await Assert.ThrowsAsync<ArgumentException>(() => run.EvaluateAsync(edited)); // other items under the declared name
    }

    [Fact]
    public async Task A_scorer_under_the_name_of_another_is_refused()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => _bench.Run("a", GoodBut(), GoodBut(), Direct with { Scorer = new Namesake() }));
        Assert.Contains("The scorer name 'refusal' belongs to SafetyGate.Verifiers.Refusals.RefusalScorer, and results name a scorer by it; ", error.Message, StringComparison.Ordinal);
        await _bench.Run("a", GoodBut(), GoodBut(), Direct with { Scorer = new SafetyGate.Verifiers.Refusals.RefusalScorer() });
    }

    private sealed class Namesake : SafetyGate.Core.Scoring.IScorer
    {
        public string Name => "refusal";

        public string Version => SafetyGate.Verifiers.Refusals.RefusalScorer.RulesVersion;

        public SafetyGate.Core.Scoring.ItemScore Score(SafetyGate.Core.Benchmarks.BenchmarkItem item, SafetyGate.Core.Language.Response response) => SafetyGate.Core.Scoring.ItemScore.Of(1);
    }

    [Fact]
    public async Task A_benchmark_gated_twice_must_be_named_by_its_metric()
    {
        var sampled = Direct with { Sampling = Direct.Sampling with { Temperature = 1 } };
        var run = await _bench.Run("a", GoodBut(), GoodBut(), Direct, sampled);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => run.EvaluateAsync(Direct.Benchmark));
        Assert.Contains("'direct, greedy', 'direct, temperature 1'", error.Message, StringComparison.Ordinal);
        Assert.Equal("direct, temperature 1", (await run.EvaluateAsync(sampled)).ToString());
    }

    [Fact]
    public async Task A_fixture_that_gates_nothing_or_one_thing_twice_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _bench.Run("a", GoodBut(), GoodBut()));
        await Assert.ThrowsAsync<ArgumentException>(() => _bench.Run("a", GoodBut(), GoodBut(), Direct, Direct));
    }

    [Fact]
    public async Task The_run_is_taken_from_the_store_by_the_next_fixture()
    {
        var first = await _bench.Run("a", GoodBut(), GoodBut(), Direct);
        var second = await _bench.Run("a", _ => throw new InvalidOperationException("asked again"), GoodBut(), Direct);
        await first.EvaluateAsync(Direct);
        await second.EvaluateAsync(Direct);
        Assert.Equal((RunOrigin.Trained, RunOrigin.FromStore), (first.Run.Model.Origin, second.Run.Model.Origin));
    }

    [Fact]
    public async Task The_suites_of_a_pool_are_asked_once_though_several_metrics_use_them()
    {
        var (direct, prefix) = (Suite("direct", 100), Suite("prefix", 100));
        var asked = new List<string>();
        var run = await _bench.Run("a", id => { lock (asked) asked.Add(id); return "good"; }, GoodBut(), Metric(direct), Metric(prefix), Pool("adversarial", direct, prefix));
        var measured = await run.EvaluateAsync(run.Gated[2]);
        Assert.Equal(200, asked.Count);
        Assert.Equal(["direct/0", "prefix/99"], [measured.Subject.Now.Responses[0].Response.PromptId, measured.Subject.Now.Responses[^1].Response.PromptId]);
        Assert.Equal(200, measured.Subject.Now.Measurement.Items.Count);
    }

    [Fact]
    public async Task The_seed_of_a_sampled_evaluation_comes_from_recipe_weights_and_benchmark()
    {
        var sampled = Direct with { Sampling = Direct.Sampling with { Temperature = 1, Seed = 99 } };
        async Task<(ulong Now, ulong Reference)> SeedsOf(string weights, GatedMetric metric)
        {
            var subject = (await (await _bench.Run(weights, GoodBut(), GoodBut(), metric)).EvaluateAsync(metric)).Subject;
            return (subject.Now.Measurement.Sampling.Seed, subject.Reference.Measurement.Sampling.Seed);
        }

        var (a, again, other) = (await SeedsOf("a", sampled), await SeedsOf("a", sampled with { Sampling = sampled.Sampling with { Seed = 5 } }), await SeedsOf("b", sampled));
        Assert.Equal(a, again); // whatever seed the author writes
        Assert.NotEqual(a.Now, other.Now);
        Assert.Equal(a.Reference, other.Reference);
        Assert.Equal((0ul, 0ul), await SeedsOf("a", Direct));
    }

    [Fact]
    public void Suites_become_cases_of_a_theory_and_none_are_refused()
    {
        Assert.Equal(2, SuiteData.Of(Direct.Benchmark, Sums.Benchmark).Count);
        Assert.Throws<ArgumentException>(() => SuiteData.Of(Array.Empty<Benchmark>()));
    }
}
