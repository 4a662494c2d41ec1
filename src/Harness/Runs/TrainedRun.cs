using SafetyGate.Harness.Benchmarks;
using SafetyGate.Harness.Inference;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// A run at work: the trained model and its untuned reference, each asked a metric at most once. A fixture of a test class wraps
/// it; a console program can use it as it is. May be used from several threads; work is done one piece at a time.
/// </summary>
public sealed class TrainedRun : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<(string Metric, bool IsReference), Evaluation> _done = [];
    private readonly RunStore _store;
    private readonly IProgress<RunProgress> _progress;
    private readonly string _recipeDigest;
    private ILanguageModel? _tuned, _reference;

    private TrainedRun(IRecipe recipe, TrainedModel model, RunStore store, IProgress<RunProgress> progress)
    {
        (Recipe, Model, _store, _progress) = (recipe, model, store, progress);
        _recipeDigest = CanonicalJson.Digest(model.Record.Recipe);
    }

    /// <summary>What was trained.</summary>
    public IRecipe Recipe { get; }

    /// <summary>The run in the store.</summary>
    public TrainedModel Model { get; }

    /// <summary>Trains the run or takes it from the store.</summary>
    /// <exception cref="TrainingFailedException">The recipe could not be carried out.</exception>
    /// <exception cref="UserErrorException">The store cannot be written, or a file the recipe needs is bad.</exception>
    public static async Task<TrainedRun> StartAsync(IRecipe recipe, RunStore store, IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        new(recipe, await store.GetOrTrainAsync(recipe, progress, cancellationToken), store, progress);

    /// <summary>Asks the trained model, or takes its responses from the store.</summary>
    public Task<Evaluation> EvaluateAsync(GatedMetric metric, CancellationToken cancellationToken) => GetAsync(metric, isReference: false, cancellationToken);

    /// <summary>Asks the untuned model, or takes its responses from the store.</summary>
    public Task<Evaluation> EvaluateReferenceAsync(GatedMetric metric, CancellationToken cancellationToken) => GetAsync(metric, isReference: true, cancellationToken);

    /// <summary>Closes the models.</summary>
    public void Dispose()
    {
        (_tuned as IDisposable)?.Dispose();
        (_reference as IDisposable)?.Dispose();
        _turn.Dispose();
    }

    private async Task<Evaluation> GetAsync(GatedMetric metric, bool isReference, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return metric.Suites.Count == 0 ? await AskAsync(metric, metric.Benchmark, isReference, cancellationToken) : await PoolAsync(metric, isReference, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Evaluation> PoolAsync(GatedMetric metric, bool isReference, CancellationToken cancellationToken)
    {
        var parts = new List<Evaluation>();
        foreach (var suite in metric.Suites) parts.Add(await AskAsync(metric, suite, isReference, cancellationToken));
        return new Evaluation
        {
            Measurement = MeasurementPool.Of(metric.Benchmark, [.. parts.Select(p => p.Measurement)]),
            Responses = [.. parts.SelectMany(p => p.Responses.Select(r => r with { Response = r.Response with { PromptId = $"{p.Measurement.Benchmark}/{r.Response.PromptId}" } }))],
        };
    }

    private async Task<Evaluation> AskAsync(GatedMetric metric, Benchmark benchmark, bool isReference, CancellationToken cancellationToken)
    {
        var key = ($"{Evaluator.MetricName(benchmark.Name, metric.Sampling)} {benchmark.Digest} {metric.Scorer.Name} {metric.Scorer.Version} {metric.Style} {metric.Sampling}", isReference);
        if (_done.TryGetValue(key, out var done)) return done;
        var model = isReference ? _reference ??= Model.OpenReference() : _tuned ??= new DeferredModel(Model.Record.Model, Model.OpenModel);
        var store = isReference ? _store.OtherEvaluations(Model.Record.Environment.Device) : _store.EvaluationsOf(Model);
        var sampling = metric.Sampling with { Seed = SeedOf(metric, benchmark, model, isReference) };
        return _done[key] = await store.GetOrEvaluateAsync(model, benchmark, metric.Scorer, sampling, metric.Style, _progress, cancellationToken);
    }

    // Nothing is drawn when greedy, and the reference is no child of the recipe: both are then shared by runs.
    private ulong SeedOf(GatedMetric metric, Benchmark benchmark, ILanguageModel model, bool isReference) =>
        metric.Sampling.IsGreedy ? 0
        : isReference ? EvaluationSeed.Derive("reference", model.Identity.WeightsDigest, benchmark.Digest)
        : SeedOf(_recipeDigest, model.Identity.WeightsDigest, benchmark.Digest);

    /// <summary>The seed under which a trained model is asked a benchmark when something is drawn.</summary>
    internal static ulong SeedOf(string recipeDigest, string weightsDigest, string benchmarkDigest) => EvaluationSeed.Derive(recipeDigest, weightsDigest, benchmarkDigest);
}
