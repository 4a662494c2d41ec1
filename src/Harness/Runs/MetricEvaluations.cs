using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// The evaluations of a candidate and of its reference, each at most once per metric; a suite is asked once, however many metrics use it. For
/// one thread at a time.
/// </summary>
/// <param name="candidate">The candidate; opened when it is first needed.</param>
/// <param name="reference">The reference; not called if nothing of it is wanted.</param>
/// <param name="candidateStore">Where the candidate's responses are kept.</param>
/// <param name="referenceStore">Where the reference's responses are kept.</param>
/// <param name="origin">What made the candidate, such as the digest of its recipe: part of the seed of what is sampled.</param>
/// <param name="names">Candidate and reference in reports of progress.</param>
/// <param name="progress">Where to report.</param>
internal sealed class MetricEvaluations(Func<ILanguageModel> candidate, Func<ILanguageModel> reference, EvaluationStore candidateStore,
    EvaluationStore referenceStore, string origin, (string Candidate, string Reference) names, IProgress<RunProgress> progress)
{
    private readonly Dictionary<(string Metric, bool IsReference), EvaluationResult> _done = [];

    /// <summary>All items of a metric.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="isReference">The reference, or the candidate.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<EvaluationResult> OfAsync(GatedMetric metric, bool isReference, CancellationToken cancellationToken) =>
        metric.Suites.Count == 0
            ? await AskAsync(metric, metric.Benchmark, metric.Benchmark, isReference, cancellationToken)
            : await PoolAsync(metric, isReference, cancellationToken);

    /// <summary>The first items of a metric in the order fixed beforehand, by the candidate, look by look; nothing is generated twice.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="looks">After how many items it is looked at; increasing.</param>
    /// <param name="look">Up to which of these looks, from 0.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<EvaluationResult> LookAsync(GatedMetric metric, IReadOnlyList<int> looks, int look, CancellationToken cancellationToken)
    {
        var parts = new List<EvaluationResult>();
        var drawn = new HashSet<string>(StringComparer.Ordinal);
        foreach (var count in looks.Take(look + 1))
        {
            var added = ItemBudget.First(metric.Benchmark, count).Items.Select(i => i.Id).Where(drawn.Add).ToHashSet(StringComparer.Ordinal);
            foreach (var suite in metric.Suites.Count == 0 ? [metric.Benchmark] : metric.Suites)
                if (suite.Items.Where(i => added.Contains(IdIn(metric, suite, i))).ToList() is { Count: > 0 } items)
                    parts.Add(Renamed(metric, suite,
                        await AskAsync(metric, new Benchmark(suite.Name, suite.Direction, items), suite, isReference: false, cancellationToken)));
        }

        return Whole(metric, parts);
    }

    /// <summary>The seed of what a model is asked. Nothing is drawn when greedy, and a reference has no origin: both are then shared by runs.</summary>
    public static ulong SeedOf(string origin, GatedMetric metric, Benchmark benchmark, ILanguageModel model, bool isReference) =>
        metric.Sampling.IsGreedy ? 0
        : isReference ? EvaluationSeed.Derive("reference", model.Identity.WeightsDigest, benchmark.Digest)
        : SeedOf(origin, model.Identity.WeightsDigest, benchmark.Digest);

    /// <summary>The seed for evaluating a candidate on a benchmark when responses are sampled.</summary>
    public static ulong SeedOf(string origin, string weightsDigest, string benchmarkDigest) =>
        EvaluationSeed.Derive(origin, weightsDigest, benchmarkDigest);

    private async Task<EvaluationResult> PoolAsync(GatedMetric metric, bool isReference, CancellationToken cancellationToken)
    {
        var parts = new List<EvaluationResult>();
        foreach (var suite in metric.Suites) parts.Add(await AskAsync(metric, suite, suite, isReference, cancellationToken));
        return new EvaluationResult
        {
            Measurement = MeasurementPool.Of(metric.Benchmark, [.. parts.Select(p => p.Measurement)]),
            Responses = [.. parts.SelectMany(p => p.Responses.Select(r => r with { Response = r.Response with { PromptId = $"{p.Measurement.Benchmark}/{r.Response.PromptId}" } }))],
        };
    }

    private static string IdIn(GatedMetric metric, Benchmark suite, BenchmarkItem item) =>
        metric.Suites.Count == 0 ? item.Id : $"{suite.Name}/{item.Id}";

    /// <summary>A suite's items as those of the metric: under the pool's ids, when it is one.</summary>
    private static EvaluationResult Renamed(GatedMetric metric, Benchmark suite, EvaluationResult part) =>
        metric.Suites.Count == 0 ? part : new()
    {
        Measurement = part.Measurement with
        {
            Items = [.. part.Measurement.Items.Select(i => i with { Id = $"{suite.Name}/{i.Id}", Suite = suite.Name })]
        },
        Responses = [.. part.Responses.Select(r => r with { Response = r.Response with { PromptId = $"{suite.Name}/{r.Response.PromptId}" } })],
    };

    private EvaluationResult Whole(GatedMetric metric, List<EvaluationResult> parts)
    {
        var outcomes = parts.SelectMany(p => p.Measurement.Items).ToDictionary(i => i.Id, StringComparer.Ordinal);
        var responses = parts.SelectMany(p => p.Responses).ToLookup(r => r.Response.PromptId, StringComparer.Ordinal);
        var items = metric.Benchmark.Items.Where(i => outcomes.ContainsKey(i.Id)).ToList();
        IReadOnlyList<Benchmark> suites = metric.Suites.Count == 0 ? [metric.Benchmark] : metric.Suites;
        var seed = MeasurementPool.SeedOf([.. suites.Select(suite => SeedOf(origin, metric, suite, candidate(), isReference: false))]); // of all suites, whichever a look happens to draw from
        var sampling = parts[0].Measurement.Sampling with { Seed = seed };
        return new EvaluationResult
        {
            Measurement = ItemBudget.PartOf(metric.Benchmark, parts[0].Measurement with
            {
                Metric = metric.Name, Benchmark = metric.Benchmark.Name, Sampling = sampling,
                Items = [.. items.Select(i => outcomes[i.Id] with { Category = i.Category, Behavior = i.Behavior })],
            }),
            Responses = [.. items.SelectMany(i => responses[i.Id])],
        };
    }

    /// <param name="metric">For what.</param>
    /// <param name="benchmark">The benchmark: a suite or some of its items.</param>
    /// <param name="suite">The whole suite, of which the seed is made.</param>
    /// <param name="isReference">The reference, or the candidate.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    private async Task<EvaluationResult> AskAsync(GatedMetric metric, Benchmark benchmark, Benchmark suite, bool isReference,
        CancellationToken cancellationToken)
    {
        var key = ($"{Evaluator.MetricName(benchmark.Name, metric.Sampling)} {benchmark.Digest} {metric.Scorer.Name} {metric.Scorer.Version} {metric.Style} {metric.Sampling}", isReference);
        if (_done.TryGetValue(key, out var done)) return done;
        var (model, store) = isReference ? (reference(), referenceStore) : (candidate(), candidateStore);
        var sampling = metric.Sampling with { Seed = SeedOf(origin, metric, suite, model, isReference) };
        var named = new SubjectProgress(progress, isReference ? names.Reference : names.Candidate);
        return _done[key] = await store.GetOrEvaluateAsync(model, benchmark, metric.Scorer, sampling, metric.Style, named, cancellationToken);
    }
}
