using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// A run in use: the trained model and its untuned reference, each evaluated at most once per metric. A fixture of a test class wraps
/// it; a console program can use it as it is. May be used from several threads; work is done one piece at a time.
/// </summary>
public sealed class TrainedRun : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly RunStore _store;
    private readonly IProgress<RunProgress> _progress;
    private readonly string _recipeDigest;
    private ILanguageModel? _tuned, _reference;
    private IKlMeter? _meter;
    private MetricEvaluations? _evaluations;

    private readonly Lazy<string?> _untuned;

    private TrainedRun(IRecipe recipe, TrainedModel model, RunStore store, IProgress<RunProgress> progress)
    {
        (Recipe, Model, _store, _progress) = (recipe, model, store, progress);
        _recipeDigest = CanonicalJson.Digest(model.Record.Recipe);
        _untuned = new(WhyUntuned);
    }

    /// <summary>The recipe that was trained.</summary>
    public IRecipe Recipe { get; }

    /// <summary>The run in the store.</summary>
    public TrainedModel Model { get; }

    /// <summary>
    /// Why the trained model is the reference itself, for people; <c>null</c> if it is another. Such a run shows nothing of a training:
    /// the recipe opens its reference, or the trainer saved its base.
    /// </summary>
    public string? Untuned => _untuned.Value;

    /// <summary>Trains the run or takes it from the store.</summary>
    /// <exception cref="TrainingFailedException">The recipe could not be carried out.</exception>
    /// <exception cref="UserErrorException">The store cannot be written, or a file the recipe needs is bad.</exception>
    public static async Task<TrainedRun> StartAsync(IRecipe recipe, RunStore store, IProgress<RunProgress> progress,
        CancellationToken cancellationToken) =>
        new(recipe, await store.GetOrTrainAsync(recipe, progress, cancellationToken), store, progress);

    /// <summary>Evaluates the trained model, or takes its responses from the store.</summary>
    public Task<EvaluationResult> EvaluateAsync(GatedMetric metric, CancellationToken cancellationToken) =>
        GetAsync(metric, isReference: false, cancellationToken);

    /// <summary>Evaluates the untuned model, or takes its responses from the store.</summary>
    public Task<EvaluationResult> EvaluateReferenceAsync(GatedMetric metric, CancellationToken cancellationToken) =>
        GetAsync(metric, isReference: true, cancellationToken);

    /// <summary>
    /// Evaluates the trained model on the first items of a metric in the order fixed beforehand, look by look; items of an earlier look are
    /// not generated again.
    /// </summary>
    /// <param name="metric">The metric.</param>
    /// <param name="looks">After how many items it is looked at; increasing.</param>
    /// <param name="look">Up to which of these looks, from 0.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The first items, in the benchmark's order, marked as part of the whole benchmark; all of it at the last look.</returns>
    public async Task<EvaluationResult> EvaluateLookAsync(GatedMetric metric, IReadOnlyList<int> looks, int look,
        CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Evaluations.LookAsync(metric, looks, look, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// KL(trained‖untuned) on the prompts of a metric under its own sampling: on the same responses that its score is computed from. Taken
    /// from the store when it is there.
    /// </summary>
    /// <param name="metric">The metric; greedy or truncated sampling gives a measurement marked as not applicable.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="UserErrorException">The two models have different tokens, or a prompt leaves no room for a response.</exception>
    public async Task<KlMeasurement> MeasureKlAsync(GatedMetric metric, CancellationToken cancellationToken)
    {
        if (SamplingSupport.WhyNot(metric.Sampling) is { } reason)
            return KlMeasurement.NotApplicable(metric.Sampling, metric.Benchmark.Items.Count, reason);
        if (Recipe is not IKlRecipe)
            return KlMeasurement.NotApplicable(metric.Sampling, metric.Benchmark.Items.Count,
                $"the recipe '{Recipe.Name}' does not open its model beside the untuned one (IKlRecipe), so no KL can be read");
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var samples = new List<KlSample>();
            foreach (var suite in metric.Suites.Count == 0 ? [metric.Benchmark] : metric.Suites)
            {
                var prefix = metric.Suites.Count == 0 ? "" : suite.Name + "/";
                var sampling = metric.Sampling with { Seed = SeedOf(metric, suite) };
                samples.AddRange((await KlAsync(suite, sampling, metric.Style, cancellationToken)).Select(sample => sample with { PromptId = prefix + sample.PromptId }));
            }

            return KlMeasurement.Of(samples, metric.Sampling, new KlSubject
            {
                BenchmarkDigest = metric.Benchmark.Digest,
                PromptIds = [.. metric.Benchmark.Items.Select(item => item.Id)],
                Style = metric.Style,
                TokenizerDigest = Tuned.Identity.TokenizerDigest,
                TemplateDigest = Tuned.Identity.TemplateDigest,
                PolicyWeights = Tuned.Identity.WeightsDigest,
                ReferenceWeights = Reference.Identity.WeightsDigest,
            });
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// G − β·KL of the trained model on training prompts, beside the untuned one's G: responses of both are drawn, rewarded as in training,
    /// and the KL read on the trained one's.
    /// </summary>
    /// <param name="plan">How many prompts and responses.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The plan has problems.</exception>
    public async Task<ObjectiveMeasurement> MeasureObjectiveAsync(ObjectivePlan plan, CancellationToken cancellationToken)
    {
        if (string.Join(" ", plan.Problems()) is { Length: > 0 } problems) throw new ArgumentException(problems, nameof(plan));
        if (Recipe is not IRewardedRecipe recipe)
            return ObjectiveMeasurement.NotApplicable(0, new SamplingOptions { MaxNewTokens = 1, Seed = 0 },
                $"the recipe '{Recipe.Name}' maximizes no reward under a KL (IRewardedRecipe)");
        var items = recipe.TrainingPrompts.Items.ToList();
        new RandomStream(EvaluationSeed.Derive(_recipeDigest, recipe.TrainingPrompts.Digest), "objective-prompts").Shuffle(items);
        var prompts = new Benchmark(recipe.TrainingPrompts.Name + ", training", recipe.TrainingPrompts.Direction,
            [.. items.Take(plan.Prompts)]);
        var metric = new GatedMetric { Benchmark = prompts, Scorer = new RewardIsReadLater(), Sampling = recipe.Rollouts with { SamplesPerPrompt = plan.Samples }, Style = recipe.Style };
        if (SamplingSupport.WhyNot(metric.Sampling) is { } reason)
            return ObjectiveMeasurement.NotApplicable(recipe.Beta, metric.Sampling, reason);
        var now = Rewards(recipe, prompts, await EvaluateAsync(metric, cancellationToken));
        var before = Rewards(recipe, prompts, await EvaluateReferenceAsync(metric, cancellationToken));
        var measured = await MeasureKlAsync(metric, cancellationToken);
        if (measured.WhyNot is { } unusable) return ObjectiveMeasurement.NotApplicable(recipe.Beta, metric.Sampling, unusable);
        var kl = measured.PromptKl.ToDictionary(prompt => prompt.Key, prompt => prompt.Value, StringComparer.Ordinal);
        return ObjectiveMeasurement.Of(recipe.Beta, metric.Sampling, [.. prompts.Items.Select(item => new ObjectivePrompt(item.Id, now[item.Id], before[item.Id], kl[item.Id]) { Behavior = item.Behavior })], plan.LargestKl);
    }

    /// <summary>Closes the models.</summary>
    public void Dispose()
    {
        _meter?.Dispose();
        (_tuned as IDisposable)?.Dispose();
        (_reference as IDisposable)?.Dispose();
        _turn.Dispose();
    }

    private string? WhyUntuned()
    {
        var weights = Model.Record.Model.WeightsDigest;
        if (weights.Length > 0 && weights == Reference.Identity.WeightsDigest)
            return $"the tuned model's weights are the reference's: both have the digest {weights}";
        return Model.ReferenceDirectory is { } folder && WeightValues.AreSame(Model.CheckpointDirectory, folder)
            ? $"the tuned model's weights are the reference's: {Model.CheckpointDirectory} holds the values of {folder}, whatever its files and number types are"
            : null;
    }

    private ILanguageModel Tuned => _tuned ??= new DeferredModel(Model.Record.Model, Model.OpenModel);

    private ILanguageModel Reference => _reference ??= Model.OpenReference();

    // A response that is missing or failed has no reward: NaN, which no objective survives.
    private static Dictionary<string, double> Rewards(IRewardedRecipe recipe, Benchmark prompts, EvaluationResult evaluation)
    {
        var items = prompts.Items.ToDictionary(item => item.Id, StringComparer.Ordinal);
        var answered = evaluation.Responses.Select(response => (items[response.Response.PromptId], response.Response)).ToList();
        var rewards = recipe.Reward(answered);
        return answered.Select((pair, i) => (pair.Item1.Id, Reward: pair.Response.FinishReason == FinishReason.Error ? double.NaN : rewards[i]))
            .GroupBy(pair => pair.Id, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Average(pair => pair.Reward), StringComparer.Ordinal);
    }

    private async Task<IReadOnlyList<KlSample>> KlAsync(Benchmark benchmark, SamplingOptions sampling, PromptStyle style,
        CancellationToken cancellationToken)
    {
        var description = EvaluationKey.Describe(Tuned.Identity, benchmark, sampling, style);
        description["reference"] = Reference.Identity.WeightsDigest;
        description["estimator"] = KlMeasurement.Estimator;
        var key = CanonicalJson.Digest(description);
        var files = new StoredKl(Path.Combine(Model.RunDirectory, RunLayout.Kl), key, description, _store.Trust, _store.Seal);
        if (files.Read().Samples is { } stored) return stored;
        var what = $"measures the KL of run '{Recipe.Name}' on {benchmark.Name}";
        using var fileLock = await _store.LockAsync("kl-" + key, what, $"the KL on {benchmark.Name}", _progress, cancellationToken);
        var (shared, problem) = files.Read();
        if (shared is not null) return shared;
        if (problem is not null)
            _progress.Report(new RunProgress("warning", 0, 0,
                $"The stored KL on {benchmark.Name} is corrupt: {problem}. It is measured again."));
        using var deviceLock = await _store.LockDeviceAsync(Model.Record.Environment.Device, what, _progress, cancellationToken);
        var recipe = (IKlRecipe)Recipe;
        _meter ??= recipe.KlMeterOver(Tuned is DeferredModel deferred ? deferred.Opened : Tuned, Reference) ?? recipe.OpenKlMeter(Model.CheckpointDirectory);
        var progress = SubjectProgress.Of(_progress, Recipe);
        progress.Report(new RunProgress($"KL on {benchmark.Name}", 0, benchmark.Items.Count));
        var samples = await _meter.MeasureAsync([.. benchmark.Items.Select(item => item.As(style))], sampling, cancellationToken);
        progress.Report(new RunProgress($"KL on {benchmark.Name}", benchmark.Items.Count, benchmark.Items.Count));
        files.Write(samples);
        return samples;
    }

    private async Task<EvaluationResult> GetAsync(GatedMetric metric, bool isReference, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Evaluations.OfAsync(metric, isReference, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private MetricEvaluations Evaluations => _evaluations ??= new(() => Tuned, () => Reference, _store.EvaluationsOf(Model), _store.OtherEvaluations(Model.Record.Environment.Device), _recipeDigest, (Invariant($"{Recipe.Name}, seed {Recipe.Seed}"), "untuned model"), _progress);

    private ulong SeedOf(GatedMetric metric, Benchmark suite) => MetricEvaluations.SeedOf(_recipeDigest, metric, suite, Tuned, isReference: false);
}
