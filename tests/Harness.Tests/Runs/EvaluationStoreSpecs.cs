using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

public sealed class EvaluationStoreSpecs : IDisposable
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 8, Temperature = 0, Seed = 1 };
    private readonly TemporaryFolder _folder = new();

    private EvaluationStore Store => new RunStore(_folder["store"], TimeProvider.System).OtherEvaluations(device: null);

    private static Benchmark Sums { get; } = Items("sums", 300);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_benchmark_is_asked_once()
    {
        var model = new StubModel("w1w1");
        var first = await Evaluate(model, Sums, Greedy);
        var second = await Evaluate(new StubModel("w1w1", (_, _) => throw new InvalidOperationException("asked again")), Sums, Greedy);
        Assert.Equal(300, model.PromptsAsked);
        Assert.Equal(first.Responses, second.Responses);
        Assert.Equal(first.Measurement.Items.Select(i => i.Scores[0]), second.Measurement.Items.Select(i => i.Scores[0]));
    }

    [Fact]
    public async Task Another_scorer_judges_the_stored_responses_without_the_model()
    {
        await Evaluate(new StubModel("w1w1"), Sums, Greedy);
        var silent = new StubModel("w1w1");
        var rescored = await Evaluate(silent, Sums, Greedy, new FixedScorer(0, "2"));
        Assert.Equal(0, silent.PromptsAsked);
        Assert.Equal("2", rescored.Measurement.ScorerVersion);
        Assert.All(rescored.Measurement.Items, i => Assert.Equal(0.0, i.Scores[0]));
    }

    [Fact]
    public async Task Other_weights_engine_items_sampling_seed_or_style_are_asked_anew()
    {
        await Evaluate(new StubModel("w1w1"), Sums, Greedy);
        (StubModel Model, Benchmark Benchmark, SamplingOptions Sampling, PromptStyle Style)[] others =
        [
            (new StubModel("w2w2"), Sums, Greedy, PromptStyle.Chat),
            (new StubModel("w1w1", engine: "another"), Sums, Greedy, PromptStyle.Chat),
            (new StubModel("w1w1"), Items("sums", 299), Greedy, PromptStyle.Chat),
            (new StubModel("w1w1"), Sums, Greedy with { Seed = 2 }, PromptStyle.Chat),
            (new StubModel("w1w1"), Sums, Greedy with { MaxNewTokens = 9 }, PromptStyle.Chat),
            (new StubModel("w1w1"), Sums, Greedy with { TopK = 3 }, PromptStyle.Chat),
            (new StubModel("w1w1"), Sums, Greedy, PromptStyle.Plain),
        ];
        foreach (var (model, benchmark, sampling, style) in others)
        {
            await Store.GetOrEvaluateAsync(model, benchmark, new FixedScorer(1), sampling, style, new ProgressLog(), TestContext.Current.CancellationToken);
            Assert.Equal(benchmark.Items.Count, model.PromptsAsked);
        }
    }

    [Fact]
    public async Task What_is_stored_says_how_it_was_drawn()
    {
        SamplingOptions[] drawn =
        [
            new() { MaxNewTokens = 8, Temperature = 0.75, TopK = 3, TopP = 0.5, MinP = 0.25, RepetitionPenalty = 1.5, SamplesPerPrompt = 2, Seed = 9 },
            new() { MaxNewTokens = 9, Temperature = 0, Seed = ulong.MaxValue },
        ];
        foreach (var sampling in drawn) await Evaluate(new StubModel("w1w1"), Sums, sampling);
        Assert.Equal(drawn.ToHashSet(), StoredEvaluation.AllIn(Store.Directory).Select(stored => stored.Sampling).ToHashSet());
    }

    [Fact]
    public async Task Another_name_for_the_same_weights_is_not_asked_again()
    {
        await Evaluate(new StubModel("w1w1", name: "one"), Sums, Greedy);
        var renamed = new StubModel("w1w1", name: "two");
        await Evaluate(renamed, Sums, Greedy);
        Assert.Equal(0, renamed.PromptsAsked);
    }

    [Fact]
    public async Task A_model_whose_weights_nothing_fixes_is_asked_again_and_leaves_nothing()
    {
        for (var time = 0; time < 2; time++)
        {
            var served = new StubModel("", (_, _) => "good");
            await Evaluate(served, Sums, Greedy);
            Assert.Equal(300, served.PromptsAsked);
        }

        Assert.False(Directory.Exists(Store.Directory) && Directory.EnumerateFiles(Store.Directory).Any());
    }

    [Theory]
    [InlineData(".jsonl", "{}")]
    [InlineData(".jsonl", null)]
    [InlineData(".json", "not JSON")]
    [InlineData(".json", "{}")]
    public async Task Changed_responses_are_not_trusted(string ending, string? content)
    {
        await Evaluate(new StubModel("w1w1"), Sums, Greedy);
        var file = Directory.EnumerateFiles(Store.Directory).Single(f => Path.GetExtension(f) == ending);
        if (content is null) File.Delete(file);
        else File.WriteAllText(file, content);

        var (model, progress) = (new StubModel("w1w1"), new ProgressLog());
        await Evaluate(model, Sums, Greedy, progress: progress);
        Assert.Equal(300, model.PromptsAsked);
        Assert.Contains(progress.All, p => p.Phase == "warning" && p.Detail.Contains("corrupt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_response_changed_by_hand_is_not_trusted()
    {
        await Evaluate(new StubModel("w1w1"), Sums, Greedy);
        var file = Directory.EnumerateFiles(Store.Directory, "*.jsonl").Single();
        File.WriteAllText(file, File.ReadAllText(file).Replace("says item-1\"", "I cannot help with that\"", StringComparison.Ordinal));
        var model = new StubModel("w1w1");
        var evaluation = await Evaluate(model, Sums, Greedy);
        Assert.Equal(300, model.PromptsAsked);
        Assert.Equal("w1w1 says item-1", evaluation.Responses[1].Response.Text);
    }

    [Fact]
    public async Task Only_what_failed_is_asked_again()
    {
        var down = new StubModel("w1w1", (p, _) => p.Id is "item-3" or "item-290" ? null : "fine");
        var first = await Evaluate(down, Sums, Greedy);
        var up = new StubModel("w1w1", (_, _) => "fine at last");
        var second = await Evaluate(up, Sums, Greedy);
        Assert.Equal(2, first.Measurement.Items.Count(i => i.Scores[0] is null));
        Assert.Equal(2, up.PromptsAsked);
        Assert.All(second.Measurement.Items, i => Assert.NotNull(i.Scores[0]));
        Assert.Equal("fine at last", second.Responses[290].Response.Text);
    }

    [Fact]
    public async Task An_interrupted_evaluation_goes_on_where_it_stopped()
    {
        using var cancel = new CancellationTokenSource();
        var stopped = new StubModel("w1w1", (p, s) =>
        {
            if (p.Id == "item-255") cancel.Cancel(); // the last of the first request
            return "text";
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Store.GetOrEvaluateAsync(stopped, Sums, new FixedScorer(1), Greedy, PromptStyle.Chat, new ProgressLog(), cancel.Token));
        var again = new StubModel("w1w1", (_, _) => "text");
        var evaluation = await Evaluate(again, Sums, Greedy);
        Assert.Equal(300 - 256, again.PromptsAsked);
        Assert.Equal(300, evaluation.Measurement.Items.Count);
    }

    [Fact]
    public async Task Every_sample_of_a_prompt_is_kept()
    {
        var sampled = new SamplingOptions { MaxNewTokens = 8, Temperature = 1, Seed = 1, SamplesPerPrompt = 3 };
        await Evaluate(new StubModel("w1w1", (p, s) => $"{p.Id}/{s}"), Sums, sampled);
        var silent = new StubModel("w1w1");
        var evaluation = await Evaluate(silent, Sums, sampled);
        Assert.Equal(0, silent.PromptsAsked);
        Assert.Equal(["item-0/0", "item-0/1", "item-0/2", "item-1/0"], evaluation.Responses.Take(4).Select(r => r.Response.Text));
    }

    private static Benchmark Items(string name, int count) =>
        new(name, MetricDirection.Capability, [.. Enumerable.Range(0, count).Select(i => new BenchmarkItem { Id = $"item-{i}", Prompt = $"what is {i} ?" })]);

    private Task<EvaluationResult> Evaluate(StubModel model, Benchmark benchmark, SamplingOptions sampling, IScorer? scorer = null, ProgressLog? progress = null) =>
        Store.GetOrEvaluateAsync(model, benchmark, scorer ?? new FixedScorer(1), sampling, PromptStyle.Chat, progress ?? new ProgressLog(), TestContext.Current.CancellationToken);

    private sealed class FixedScorer(double value, string version = "1") : IScorer
    {
        public string Name => "fixed";

        public string Version => version;

        public ItemScore Score(BenchmarkItem item, Response response) => ItemScore.Of(value);
    }
}
