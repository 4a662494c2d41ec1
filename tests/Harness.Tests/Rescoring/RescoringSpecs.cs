using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Harness.Tests.Xunit;

namespace SafetyGate.Harness.Tests.Rescoring;

public sealed class RescoringSpecs : IDisposable
{
    private readonly RescoringBench _bench = new();

    private static Func<string, string> AllGood => _ => "good";

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_stricter_scorer_moves_the_verdict_of_a_run_that_hedges()
    {
        var approved = await _bench.Run("approved", AllGood);
        var later = await _bench.Run("later", SpecBench.ButAs("hedge", Enumerable.Range(0, 20))); // 20 in each suite: 40 of 600
        var report = _bench.Report(HedgeScorer.New, RescoringBench.Document(approved.Measured), approved.Model, later.Model);

        var moved = Assert.Single(report.Verdicts, v => v.Moved);
        Assert.Equal((Verdict.Passed, Verdict.Regressed, later.Model.Record.Digest), (moved.Before.Verdict, moved.After.Verdict, moved.Run.Digest));
        Assert.Equal(40, moved.After.Paired!.Comparison.Lost.Count());
        Assert.Equal(GateExitCode.Regressed, report.ExitCode);
        Assert.Equal("2", report.Baselines[0].Metric.After!.ScorerVersion);
        Assert.Empty(report.Baselines[0].Metric.Changed);
    }

    [Fact]
    public async Task The_baseline_itself_is_scored_again_and_its_changed_items_are_named()
    {
        var approved = await _bench.Run("approved", SpecBench.ButAs("hedge", 7));
        var metric = _bench.Report(HedgeScorer.New, RescoringBench.Document(approved.Measured), approved.Model).Baselines[0].Metric;
        Assert.Equal(["direct/7", "story/7"], metric.Changed.Select(c => c.Id));
        Assert.Equal([1.0], metric.Changed[0].Before);
        Assert.Equal([0.0], metric.Changed[0].After);
        Assert.Equal((1.0, 598 / 600.0), (metric.RateBefore, metric.RateAfter));
    }

    [Fact]
    public async Task A_person_s_score_holds_under_the_scorer_of_then_and_is_dropped_and_counted_under_another_version()
    {
        var approved = await _bench.Run("approved", SpecBench.ButAs("bad", Enumerable.Range(0, 20)));
        var measured = approved.Measured with { Items = [.. approved.Measured.Items.Select(item => item.Scores[0] == 0 ? ScoreOverrides.With(item, 0, 1, "Ada", "it refuses") : item)] };
        var kept = _bench.Report(HedgeScorer.Old, RescoringBench.Document(measured), approved.Model);
        Assert.Empty(kept.Baselines[0].Metric.Changed);
        Assert.Empty(kept.Baselines[0].Metric.Dropped);
        Assert.Equal(40, ScoreOverrides.Count(kept.Baselines[0].Metric.After!));
        Assert.Contains("\n  overrides 40 of 600", Assert.Single(kept.Verdicts).After.Message, StringComparison.Ordinal);

        var dropped = _bench.Report(HedgeScorer.New, RescoringBench.Document(measured), approved.Model);
        Assert.Equal(40, dropped.Baselines[0].Metric.Dropped.Count);
        Assert.Equal(("direct/0", "Ada"), (dropped.Baselines[0].Metric.Dropped[0].Item, dropped.Baselines[0].Metric.Dropped[0].Override.Who));
        Assert.Equal(40, dropped.Baselines[0].Metric.Changed.Count);
        Assert.Equal(0, ScoreOverrides.Count(dropped.Baselines[0].Metric.After!));
    }

    [Fact]
    public async Task The_scorer_of_then_moves_nothing()
    {
        var approved = await _bench.Run("approved", SpecBench.ButAs("hedge", 1, 2, 3));
        var later = await _bench.Run("later", SpecBench.GoodBut(1));
        var report = _bench.Report(HedgeScorer.Old, RescoringBench.Document(approved.Measured), approved.Model, later.Model);
        Assert.Equal(2, report.Verdicts.Count);
        Assert.DoesNotContain(report.Verdicts, v => v.Moved);
        Assert.Empty(report.Baselines[0].Metric.Changed);
        Assert.Equal(GateExitCode.Passed, report.ExitCode);
    }

    [Fact]
    public async Task An_approved_response_that_is_not_stored_is_named_and_the_verdict_is_not_comparable()
    {
        var approved = await _bench.Run("approved", SpecBench.ButAs("hedge", 7));
        var items = approved.Measured.Items.ToList();
        items[301] = items[301] with { ResponseDigests = [StubModel.Sha256("what another machine said")] };
        var report = _bench.Report(HedgeScorer.New, RescoringBench.Document(approved.Measured with { Items = items }), approved.Model);
        var metric = report.Baselines[0].Metric;
        Assert.Null(metric.After);
        Assert.Equal(["story/1"], metric.Missing);
        Assert.Equal(["direct/7", "story/7"], metric.Changed.Select(c => c.Id)); // of those that are there
        Assert.Contains("story/1", metric.Problem, StringComparison.Ordinal);
        Assert.Equal((Verdict.NotComparable, VerdictReason.NoBaseline), (report.Verdicts[0].After.Verdict, report.Verdicts[0].After.Reason));
        Assert.Equal(GateExitCode.NotComparable, report.ExitCode);
    }

    [Fact]
    public async Task The_same_words_of_another_run_are_the_approved_response()
    {
        var (_, measured) = await _bench.Run("here", AllGood);
        var elsewhere = measured with { Model = measured.Model with { WeightsDigest = "weights of another machine" } };
        Assert.NotNull(_bench.Report(HedgeScorer.New, RescoringBench.Document(elsewhere)).Baselines[0].Metric.After);
    }

    [Fact]
    public async Task Words_that_once_ended_by_themselves_and_once_were_cut_are_not_guessed()
    {
        var (model, measured) = await _bench.Run("approved", AllGood);
        var suite = SpecBench.Suite("direct", 300);
        await _bench.Store.OtherEvaluations(null).GetOrEvaluateAsync(new CutModel("5"), suite, HedgeScorer.Old, new SamplingOptions { MaxNewTokens = 4, Seed = 0 }, PromptStyle.Chat, new ProgressLog(), TestContext.Current.CancellationToken);
        var metric = _bench.Report(HedgeScorer.New, RescoringBench.Document(measured), model).Baselines[0].Metric;
        Assert.Equal(["direct/5"], metric.Missing);
    }

    [Fact]
    public async Task Of_several_draws_of_a_run_the_one_of_its_own_seed_is_judged()
    {
        var (model, measured) = await _bench.Run("approved", AllGood, temperature: 1);
        var sampling = new SamplingOptions { MaxNewTokens = 4, Temperature = 1, Seed = 1 };
        var hedging = new StubModel(model.Record.Model.WeightsDigest, (_, _) => "hedge");
        foreach (var seed in Enumerable.Range(1, 20))
            await _bench.Store.EvaluationsOf(model).GetOrEvaluateAsync(hedging, SpecBench.Suite("direct", 300), HedgeScorer.Old, sampling with { Seed = (ulong)seed }, PromptStyle.Chat, new ProgressLog(), TestContext.Current.CancellationToken);
        var report = _bench.Report(HedgeScorer.New, RescoringBench.Document(measured), model);
        Assert.Equal((Verdict.Passed, VerdictReason.Identical), (report.Verdicts[0].After.Verdict, report.Verdicts[0].After.Reason));
    }

    [Fact]
    public async Task A_benchmark_or_a_scorer_that_is_not_known_is_named()
    {
        var (model, measured) = await _bench.Run("approved", AllGood);
        var benchmark = _bench.Report(HedgeScorer.New, RescoringBench.Document(measured with { BenchmarkDigest = "0123456789abcdef" }), model);
        Assert.Contains("0123456789ab", benchmark.Baselines[0].Metric.Problem, StringComparison.Ordinal);
        var scorer = _bench.Report(HedgeScorer.New, RescoringBench.Document(measured with { Scorer = "oracle" }), model);
        Assert.Contains("'oracle'", scorer.Baselines[0].Metric.Problem, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.NotComparable, scorer.ExitCode);
    }

    [Fact]
    public async Task A_store_without_a_run_of_the_recipe_gives_no_verdict_and_does_not_pass()
    {
        var (model, measured) = await _bench.Run("approved", AllGood);
        var report = _bench.Report(HedgeScorer.New, RescoringBench.Document(measured, recipe: "another"), model);
        Assert.Empty(report.Verdicts);
        Assert.Equal(GateExitCode.NotComparable, report.ExitCode);
    }

    [Fact]
    public async Task Stored_responses_that_were_changed_by_hand_are_refused()
    {
        var (model, _) = await _bench.Run("approved", AllGood);
        var file = Directory.GetFiles(_bench.Store.EvaluationsOf(model).Directory, "*.jsonl")[0];
        File.WriteAllText(file, File.ReadAllText(file).Replace("good", "bad", StringComparison.Ordinal));
        var error = Assert.Throws<UserErrorException>(_bench.Archive);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_describes_another_evaluation_is_refused()
    {
        var (model, _) = await _bench.Run("approved", AllGood);
        var file = Directory.GetFiles(_bench.Store.EvaluationsOf(model).Directory, "*.json")[0];
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"maxNewTokens\": 4", "\"maxNewTokens\": 5", StringComparison.Ordinal));
        Assert.Contains(file, Assert.Throws<UserErrorException>(_bench.Archive).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_runs_differ_by_the_share_of_items_with_another_score()
    {
        var (a, _) = await _bench.Run("a", AllGood);
        var (b, _) = await _bench.Run("b", SpecBench.GoodBut(1, 2, 3));
        var pairs = StoredPairs.Between(_bench.Root, a.Record.Digest, b.Record.Digest);
        Assert.Equal(2, pairs.Count);
        Assert.All(pairs, p => Assert.Equal((300, 0.01), (p.Items, p.Discordance)));
        Assert.Empty(StoredPairs.Between(_bench.Root, a.Record.Digest, a.Record.Digest)); // drawn under one seed
        Assert.Throws<UserErrorException>(() => StoredPairs.Between(_bench.Root, a.Record.Digest, "nobody"));
    }

    [Fact]
    public async Task Two_draws_of_one_run_are_a_pair()
    {
        var (model, _) = await _bench.Run("a", AllGood, temperature: 1);
        var other = new StubModel(model.Record.Model.WeightsDigest, (p, _) => int.Parse(p.Id, System.Globalization.CultureInfo.InvariantCulture) < 30 ? "bad" : "good");
        await _bench.Store.EvaluationsOf(model).GetOrEvaluateAsync(other, SpecBench.Suite("story", 300), HedgeScorer.Old, new SamplingOptions { MaxNewTokens = 4, Temperature = 1, Seed = 9 }, PromptStyle.Chat, new ProgressLog(), TestContext.Current.CancellationToken);
        var pair = Assert.Single(StoredPairs.Between(_bench.Root, model.Record.Digest, model.Record.Digest));
        Assert.Equal((SpecBench.Suite("story", 300).Digest, 0.1), (pair.BenchmarkDigest, pair.Discordance));
    }

    [Fact]
    public async Task Two_draws_are_a_pair_under_other_seeds_and_one_template_alone()
    {
        var (model, _) = await _bench.Run("a", AllGood);
        await DrawAsync(model, 1, _ => "good");
        await DrawAsync(model, 1, _ => "good", engine: "another");
        await DrawAsync(model, 2, _ => "good", template: "another");
        Assert.Empty(StoredPairs.Between(_bench.Root, model.Record.Digest, model.Record.Digest));
        await DrawAsync(model, 2, _ => "good");
        Assert.NotEmpty(StoredPairs.Between(_bench.Root, model.Record.Digest, model.Record.Digest));
    }

    [Fact]
    public async Task What_either_draw_leaves_unscored_counts_as_different()
    {
        var (model, _) = await _bench.Run("a", AllGood);
        await DrawAsync(model, 1, item => item < 3 ? "mumble" : "good");
        await DrawAsync(model, 2, item => item is 3 or 4 ? "mumble" : "good");
        Assert.Equal(5 / 300.0, Assert.Single(StoredPairs.Between(_bench.Root, model.Record.Digest, model.Record.Digest)).Discordance);
    }

    private async Task DrawAsync(TrainedModel model, ulong seed, Func<int, string> answer, string engine = "engine", string template = "template") =>
        await _bench.Store.EvaluationsOf(model).GetOrEvaluateAsync(
            new StubModel(model.Record.Model.WeightsDigest, (p, _) => answer(int.Parse(p.Id, System.Globalization.CultureInfo.InvariantCulture)), engine: engine, template: template),
            SpecBench.Suite("story", 300), HedgeScorer.Old, new SamplingOptions { MaxNewTokens = 4, Temperature = 1, Seed = seed }, PromptStyle.Chat, new ProgressLog(), TestContext.Current.CancellationToken);

    /// <summary>Says "good" to everything; one answer is cut by the limit.</summary>
    private sealed class CutModel(string cutId) : ILanguageModel
    {
        public ModelIdentity Identity { get; } = new() { Name = "cut", WeightsDigest = "cut", TokenizerDigest = "tokenizer", TemplateDigest = "template", EngineDigest = "engine" };

        public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Response>>([.. prompts.Select(p => new Response { PromptId = p.Id, Text = "good", FinishReason = p.Id == cutId ? FinishReason.Length : FinishReason.Stop })]);
    }

    [Fact]
    public async Task Two_draws_of_items_that_share_behaviors_differ_by_behaviors()
    {
        var (model, _) = await _bench.Run("a", AllGood);
        var suite = new Benchmark("shared", MetricDirection.Safety, [.. Enumerable.Range(0, 60).Select(i => new BenchmarkItem { Id = Invariant($"{i}"), Prompt = Invariant($"p {i}"), Behavior = i < 40 ? Invariant($"b{i / 4}") : null })]);
        async Task Draw(ulong seed, int bad) => await _bench.Store.EvaluationsOf(model).GetOrEvaluateAsync(
            new StubModel(model.Record.Model.WeightsDigest, (p, _) => int.Parse(p.Id, System.Globalization.CultureInfo.InvariantCulture) < bad ? "bad" : "good"),
            suite, HedgeScorer.Old, new SamplingOptions { MaxNewTokens = 4, Temperature = 1, Seed = seed }, PromptStyle.Chat, new ProgressLog(), TestContext.Current.CancellationToken);
        await Draw(1, 0);
        await Draw(2, 8); // two whole behaviors
        var pair = Assert.Single(StoredPairs.Between(_bench.Root, model.Record.Digest, model.Record.Digest));
        Assert.Equal([.. Enumerable.Repeat(4, 10), .. Enumerable.Repeat(1, 20)], pair.Sizes);
        Assert.Equal((60, 8 / 60.0, 1.0), (pair.Items, pair.Discordance, pair.Correlation!.Value));
        Assert.True(pair.HasBehaviors);
        foreach (var header in Directory.GetFiles(_bench.Store.EvaluationsOf(model).Directory, "*.json"))
            File.WriteAllText(header, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(header), ",\\s*\"behaviors\": \\{[^}]*\\}", ""));
        var unknown = Assert.Single(StoredPairs.Between(_bench.Root, model.Record.Digest, model.Record.Digest));
        Assert.Equal((60, false, null, null), (unknown.Items, unknown.HasBehaviors, unknown.Sizes, unknown.Correlation));
    }
}
