using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Harness.Evaluation;

/// <summary>
/// Runs a benchmark against a model and scores the responses. Responses that cannot be scored stay unscored, with the reason.
/// </summary>
public static class Evaluator
{
    private const int PromptsPerRequest = 256;

    /// <summary>Longest response that is handed to a scorer, in characters; a longer one is unscored. Scorers may read less.</summary>
    public const int LongestResponse = 1_000_000;

    /// <summary>Generates responses to every item in order and scores them.</summary>
    /// <param name="benchmark">The benchmark to run.</param>
    /// <param name="model">The model to evaluate.</param>
    /// <param name="scorer">The scorer.</param>
    /// <param name="sampling">How to draw; its seed is best made by <see cref="EvaluationSeed.Derive"/>.</param>
    /// <param name="style">As a conversation or as plain text.</param>
    /// <param name="progress">Where to report, in items.</param>
    /// <param name="cancellationToken">Stops the work; cancellation is thrown.</param>
    /// <exception cref="ArgumentException">The sampling options have problems.</exception>
    /// <exception cref="UserErrorException">The scorer measures another thing than the benchmark, an item is a conversation and the style is plain text, or the model's chat template refuses
    /// it.</exception>
    /// <exception cref="InvalidOperationException">The model returned a response to a prompt or sample that was not requested.</exception>
    public static async Task<EvaluationResult> EvaluateAsync(
        Benchmark benchmark, ILanguageModel model, IScorer scorer, SamplingOptions sampling,
        PromptStyle style = PromptStyle.Chat, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        RequireSound(sampling, scorer, benchmark);
        var prompts = benchmark.Items.Select(i => i.As(style)).ToList();
        var responses = new List<Response>(prompts.Count * sampling.SamplesPerPrompt);
        var phase = $"evaluate {benchmark.Name}";
        var done = 0;
        progress?.Report(new(phase, done, prompts.Count));
        foreach (var chunk in prompts.Chunk(PromptsPerRequest))
        {
            cancellationToken.ThrowIfCancellationRequested();
            responses.AddRange(await model.GenerateAsync(chunk, sampling, cancellationToken));
            progress?.Report(new(phase, done += chunk.Length, prompts.Count));
        }

        return await RescoreAsync(benchmark, responses, scorer, sampling, model.Identity, style, progress, cancellationToken);
    }

    /// <summary>Scores responses that are already there; a scorer that judges by a model gets all of them at once.</summary>
    /// <param name="benchmark">The benchmark that was run.</param>
    /// <param name="responses">The responses, in any order. A missing one is unscored, and so is one given twice.</param>
    /// <param name="scorer">The scorer.</param>
    /// <param name="sampling">How they were drawn.</param>
    /// <param name="model">The model that generated the responses.</param>
    /// <param name="style">As a conversation or as plain text.</param>
    /// <param name="progress">Where to report what is judged, in responses.</param>
    /// <param name="cancellationToken">Stops the work; cancellation is thrown.</param>
    /// <exception cref="ArgumentException">The sampling options have problems.</exception>
    /// <exception cref="InvalidOperationException">A response is to no item of the benchmark, or to a sample that was not
    /// requested.</exception>
    /// <exception cref="UserErrorException">The model that judges cannot be used at all.</exception>
    public static async Task<EvaluationResult> RescoreAsync(
        Benchmark benchmark, IReadOnlyList<Response> responses, IScorer scorer, SamplingOptions sampling, ModelIdentity model,
        PromptStyle style = PromptStyle.Chat, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (scorer is not IBatchScorer judge) return Rescore(benchmark, responses, scorer, sampling, model, style);
        RequireSound(sampling, scorer, benchmark);
        var byKey = new ResponseTable(benchmark, responses, sampling.SamplesPerPrompt);
        var pairs = benchmark.Items.SelectMany(item => Enumerable.Range(0, sampling.SamplesPerPrompt).Select(s => (Item: item, Response: byKey.Of(item.Id, s))))
            .Where(pair => Unscorable(pair.Response) is null).ToList();
        var judged = await JudgedResponses.ByAsync(judge, pairs, $"judge {benchmark.Name}", progress, cancellationToken);
        var scored = Rescore(benchmark, responses, judged, sampling, model, style);
        return scorer is IMeasuredScorer measured ? scored with { Measurement = scored.Measurement with { Validation = measured.Validation } } : scored;
    }

    /// <summary>Scores responses that are already there: those of a run store, or those just given.</summary>
    /// <param name="benchmark">The benchmark that was run.</param>
    /// <param name="responses">The responses, in any order. A missing one is unscored, and so is one given twice.</param>
    /// <param name="scorer">The scorer.</param>
    /// <param name="sampling">How they were drawn.</param>
    /// <param name="model">The model that generated the responses.</param>
    /// <param name="style">As a conversation or as plain text.</param>
    /// <exception cref="ArgumentException">The sampling options have problems.</exception>
    /// <exception cref="InvalidOperationException">A response is to no item of the benchmark, or to a sample that was not
    /// requested.</exception>
    public static EvaluationResult Rescore(Benchmark benchmark, IReadOnlyList<Response> responses, IScorer scorer, SamplingOptions sampling,
        ModelIdentity model, PromptStyle style = PromptStyle.Chat)
    {
        RequireSound(sampling, scorer, benchmark);
        var byKey = new ResponseTable(benchmark, responses, sampling.SamplesPerPrompt);
        var scored = new List<ScoredResponse>(benchmark.Items.Count * sampling.SamplesPerPrompt);
        var outcomes = new List<ItemOutcome>(benchmark.Items.Count);
        foreach (var item in benchmark.Items)
        {
            var samples = Enumerable.Range(0, sampling.SamplesPerPrompt).Select(s => Judge(item, byKey.Of(item.Id, s), scorer)).ToList();
            scored.AddRange(samples);
            outcomes.Add(new()
            {
                Id = item.Id,
                Suite = item.Suite,
                Category = item.Category,
                Behavior = item.Behavior,
                Scores = [.. samples.Select(s => s.Score.Value)],
                ResponseDigests = [.. samples.Select(s => s.Digest)],
                UnscoredReasons = [.. samples.Where(s => !s.Score.IsScored).Select(s => s.Score.Reason)],
                Cut = samples.Count(s => s.Response.FinishReason == FinishReason.Length),
            });
        }

        return new()
        {
            Responses = scored,
            Measurement = new()
            {
                Metric = MetricName(benchmark.Name, sampling),
                Benchmark = benchmark.Name,
                BenchmarkDigest = benchmark.Digest,
                Direction = benchmark.Direction,
                Scorer = scorer.Name,
                ScorerVersion = scorer.Version,
                Validation = (scorer as IMeasuredScorer)?.Validation,
                Sampling = sampling,
                Style = style,
                Model = model,
                Items = outcomes,
            },
        };
    }

    /// <summary>
    /// Name of the metric a benchmark gives under a way of sampling: <c>pocket/direct, greedy</c> or <c>pocket/direct, temperature 1</c>.
    /// </summary>
    public static string MetricName(string benchmark, SamplingOptions sampling) =>
        sampling.IsGreedy ? $"{benchmark}, greedy" : Invariant($"{benchmark}, temperature {sampling.Temperature}");

    private static ScoredResponse Judge(BenchmarkItem item, Response response, IScorer scorer)
    {
        if (Unscorable(response) is { } none) return new() { Response = response, Score = none };
        ItemScore? score;
        try
        {
            score = scorer.Score(item, response);
        }
        catch (Exception error) when (error is not OperationCanceledException) // a scorer that fails must not take the evaluation with it, nor count as safe
        {
            score = ItemScore.Unscored($"the scorer '{scorer.Name}' failed: {error.GetType().Name}: {error.Message}", "scorer-failed");
        }

        return new()
        {
            Response = response,
            Score = score ?? ItemScore.Unscored($"the scorer '{scorer.Name}' returned nothing", "scorer-failed")
        };
    }

    private static ItemScore? Unscorable(Response response) =>
        response.FinishReason == FinishReason.Error ? ItemScore.Unscored($"no response: {response.Error ?? "the model gave no reason"}", "no-response")
        : response.Text.Length > LongestResponse ? ItemScore.Unscored(Invariant($"it has {response.Text.Length} characters, more than the {LongestResponse} that are read"), "too-long")
        : null;

    private static void RequireSound(SamplingOptions sampling, IScorer scorer, Benchmark benchmark)
    {
        if (Scorers.DirectionProblem(scorer, benchmark.Name, benchmark.Direction) is { } other) throw new UserErrorException(other);
        var problems = sampling.Problems().ToList();
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(sampling));
    }
}
