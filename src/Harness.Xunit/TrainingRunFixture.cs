using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using Xunit;
using Xunit.Sdk;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// A training run as the fixture of test classes: trained once, or taken from the run store. It declares the metrics that gate the
/// run; all of them are measured before the first assertion, on the trained model and on its untuned reference.
/// </summary>
/// <example><code>
/// public sealed class OwnStyleRun() : TrainingRunFixture(PocketRecipes.OwnStyle, PocketMetrics.Gated);
/// </code></example>
public abstract class TrainingRunFixture : CheckpointFixture<MeasuredRun>
{
    private readonly Func<IRecipe> _recipe;
    private TrainedRun? _run;

    /// <summary>A fixture for what a recipe makes.</summary>
    /// <param name="recipe">Makes the recipe when the fixture starts.</param>
    /// <param name="gated">The metrics that gate the run; their names differ.</param>
    /// <exception cref="ArgumentException">No metric, or two of one name.</exception>
    protected TrainingRunFixture(Func<IRecipe> recipe, params IReadOnlyList<GatedMetric> gated) : base(gated) => _recipe = recipe;

    /// <summary>A fixture for what a recipe makes.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="gated">The metrics that gate the run; their names differ.</param>
    /// <exception cref="ArgumentException">No metric, or two of one name.</exception>
    protected TrainingRunFixture(IRecipe recipe, params IReadOnlyList<GatedMetric> gated) : this(() => recipe, gated) { }

    /// <summary>The run, for specs that look at more than the gated metrics.</summary>
    public TrainedRun Run => _run ?? throw NotStarted;

    /// <summary>
    /// Measures KL(trained‖untuned) on the prompts of the gated metric of a benchmark, under its sampling, for the verbs about KL.
    /// </summary>
    /// <param name="suite">The benchmark of one gated metric.</param>
    public Task<MeasuredKl> MeasureKlAsync(Benchmark suite)
    {
        var sampled = Gated.Where(m => m.Benchmark.Digest == suite.Digest && m.Benchmark.Name == suite.Name && !m.Sampling.IsGreedy)
            .ToList();
        return sampled.Count == 1 ? MeasureKlAsync(sampled[0]) : throw new ArgumentException(
            $"{GetType().Name} declares {(sampled.Count == 0 ? "no sampled metric" : string.Join(", ", sampled.Select(m => $"'{m.Name}'")))} on '{suite.Name}'; a KL is measured under the sampling of one metric that is not greedy.", nameof(suite));
    }

    /// <summary>
    /// Measures KL(trained‖untuned) on the prompts of a metric under its own sampling: on the same responses that its score is computed
    /// from.
    /// </summary>
    /// <param name="metric">One of <see cref="SpecFixture.Gated"/>; a greedy one gives a KL that is not applicable.</param>
    public async Task<MeasuredKl> MeasureKlAsync(GatedMetric metric)
    {
        RequireDeclared(metric);
        return await GuardedAsync("KL on " + metric.Name, async (spec, token) => new MeasuredKl
        {
            Metric = metric,
            Kl = await Run.MeasureKlAsync(metric, token),
            Reference = (await Run.EvaluateReferenceAsync(metric, token)).Measurement,
            Run = Run.Model,
            Untuned = Run.Untuned,
            Recipe = IdentityOf(Run),
            Spec = spec,
            Folders = Folders,
            Session = Session,
        });
    }

    /// <summary>Measures the objective G − β·KL of the run on training prompts, beside the untuned model's.</summary>
    /// <param name="plan">How many prompts and responses; 300 and 4 when left out.</param>
    public async Task<MeasuredObjective> MeasureObjectiveAsync(ObjectivePlan? plan = null)
    {
        return await GuardedAsync("objective", async (spec, token) => new MeasuredObjective
        {
            Objective = await Run.MeasureObjectiveAsync(plan ?? new ObjectivePlan(), token),
            Run = Run.Model,
            Untuned = Run.Untuned,
            Spec = spec,
            Folders = Folders,
            Session = Session,
        });
    }

    /// <summary>
    /// Measures reward, safety and KL before and after the run, with each bound, and adds them to the report. It decides nothing.
    /// </summary>
    /// <param name="metrics">The metrics to measure; those of <see cref="SpecFixture.Gated"/> if omitted.</param>
    public Task<RunDrift> ReportDriftAsync(params IReadOnlyList<GatedMetric> metrics) => GuardedAsync("drift", async (_, token) =>
    {
        var drift = await DriftOfRun.MeasureAsync(Run, metrics.Count > 0 ? metrics : Gated, token);
        Session.Add(drift);
        return drift;
    });

    private protected override IReadOnlyList<IDisposable> Started => _run is null ? [] : [_run];

    private protected override async Task StartAsync(RunStore store, IProgress<RunProgress> progress,
        CancellationToken cancellationToken) =>
        _run = await TrainedRun.StartAsync(_recipe(), store, progress, cancellationToken);

    private protected override Task<EvaluationResult> NowAsync(GatedMetric metric, CancellationToken cancellationToken) =>
        Run.EvaluateAsync(metric, cancellationToken);

    private protected override async Task<EvaluationResult?> BeforeAsync(GatedMetric metric, CancellationToken cancellationToken) =>
        await Run.EvaluateReferenceAsync(metric, cancellationToken);

    private protected override Task<EvaluationResult> LookAsync(GatedMetric metric, IReadOnlyList<int> looks, int look, CancellationToken cancellationToken) =>
        Run.EvaluateLookAsync(metric, looks, look, cancellationToken);

    private protected override MeasuredRun Measured(BaselineKey spec, MeasuredMetric subject, IReadOnlyList<MeasuredMetric> measured) => new()
    {
        Subject = subject,
        Gated = measured,
        Declared = Gated.Count,
        Run = Run.Model,
        Untuned = Run.Untuned,
        Recipe = IdentityOf(Run),
        Spec = spec,
        Folders = Folders,
        Session = Session,
    };
}
