using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// Several trainings of one recipe, which differ in their seed, as the fixture of test classes: for claims about the recipe rather
/// than about one checkpoint.
/// </summary>
/// <example><code>
/// public sealed class OwnStyleRecipe() : RecipeFixture(seed => Recipes.OwnStyle with { Options = options with { Seed = seed } }, [1, 2, 3], Suites.Gated);
/// </code></example>
public abstract class RecipeFixture : SpecFixture
{
    private readonly Func<ulong, IRecipe> _recipe;
    private readonly List<TrainedRun> _runs = [];

    /// <summary>A fixture for the trainings of a recipe under several seeds.</summary>
    /// <param name="recipe">Makes the recipe of a seed when the fixture starts.</param>
    /// <param name="seeds">The seeds; 3 or more, each once.</param>
    /// <param name="gated">The metrics that gate the recipe; their names differ.</param>
    /// <exception cref="ArgumentException">Too few seeds or one twice; no metric, or two of one name.</exception>
    protected RecipeFixture(Func<ulong, IRecipe> recipe, IReadOnlyList<ulong> seeds, params IReadOnlyList<GatedMetric> gated) : base(gated)
    {
        if (seeds.Count < TrainingsClaim.FewestSeeds)
            throw new ArgumentException(Invariant($"{GetType().Name} has {seeds.Count} seeds; a claim about a recipe needs {TrainingsClaim.FewestSeeds} trainings or more, or their spread is unknown."), nameof(seeds));
        if (seeds.Distinct().Count() < seeds.Count)
            throw new ArgumentException($"{GetType().Name} has a seed twice; that would be one training counted two times.", nameof(seeds));
        (_recipe, Seeds) = (recipe, [.. seeds]);
    }

    /// <summary>The seeds, one a training.</summary>
    public IReadOnlyList<ulong> Seeds { get; }

    /// <summary>The runs, in the order of the seeds.</summary>
    public IReadOnlyList<TrainedRun> Runs => !HasFailed && _runs.Count == Seeds.Count ? _runs : throw NotStarted;

    /// <summary>Measures the gated metric on a benchmark, on every training.</summary>
    /// <param name="suite">The benchmark of one of the gated metrics.</param>
    public Task<MeasuredRecipe> EvaluateAsync(Benchmark suite) => EvaluateAsync(On(suite));

    /// <summary>Measures a gated metric on every training, and on the untuned reference.</summary>
    /// <param name="metric">One of <see cref="SpecFixture.Gated"/>, looked at once.</param>
    /// <exception cref="ArgumentException">The metric is not declared, or is looked at several times.</exception>
    public async Task<MeasuredRecipe> EvaluateAsync(GatedMetric metric)
    {
        RequireDeclared(metric);
        if (metric.Looks != Looks.Once) throw new ArgumentException($"'{metric.Name}' is looked at several times ({metric.Looks}), so when to stop depends on its rule: evaluate it with the settings of its verb.", nameof(metric));
        return await GuardedAsync(metric.Name, async (spec, token) =>
            Measured(metric, spec, await TrainingsAsync(run => run.EvaluateAsync(metric, token)), await Runs[0].EvaluateReferenceAsync(metric, token)));
    }

    /// <summary>
    /// Measures a gated metric on every training look by look, and no further than the gate needs to decide Passed or Regressed. The verb is
    /// then to be called with the same settings.
    /// </summary>
    /// <param name="metric">One of <see cref="SpecFixture.Gated"/>.</param>
    /// <param name="settings">The rule; its <see cref="GateSettings.Looks"/> are the metric's: Once or TwoPlanned.</param>
    /// <param name="against">With what the verb compares. Default: the approved baseline.</param>
    /// <exception cref="ArgumentException">The metric is not declared, or its looks are not those of the rule.</exception>
    public async Task<MeasuredRecipe> EvaluateAsync(GatedMetric metric, GateSettings settings,
        ComparisonKind against = ComparisonKind.Baseline)
    {
        RequireDeclared(metric);
        if (metric.Looks != settings.Looks) throw new ArgumentException($"'{metric.Name}' declares the looks {metric.Looks}, its rule has {settings.Looks}; how often the evidence is looked at is planned beforehand, in one way.", nameof(settings));
        if (metric.Looks == Looks.Once) return await EvaluateAsync(metric);
        return await GuardedAsync(metric.Name, async (spec, token) =>
        {
            var reference = await Runs[0].EvaluateReferenceAsync(metric, token);
            var looks = ItemBudget.LooksAt(metric.Benchmark, metric.Looks);
            for (var look = 0; ; look++)
            {
                var measured = Measured(metric, spec, await TrainingsAsync(run => run.EvaluateLookAsync(metric, looks, look, token)), reference);
                if (look == looks.Count - 1) return measured;
                var decision = against == ComparisonKind.Reference ? measured.AgainstReference(settings) : measured.AgainstBaseline(settings);
                if (decision.Verdict is Verdict.Inconclusive or Verdict.NotComparable) continue;
                if (decision is { Verdict: Verdict.Passed, Reason: not VerdictReason.Improved } || against == ComparisonKind.Reference)
                    return measured;
                return measured with { Whole = On(measured.Overrides, await TrainingsAsync(run => run.EvaluateLookAsync(metric, looks, looks.Count - 1, token))) }; // what is received may be approved, and a baseline holds all items
            }
        });
    }

    private async Task<IReadOnlyList<MeasuredTraining>> TrainingsAsync(Func<TrainedRun, Task<EvaluationResult>> evaluate)
    {
        var trainings = new List<MeasuredTraining>();
        foreach (var run in Runs) trainings.Add(new(run.Model, IdentityOf(run), await evaluate(run)) { Untuned = run.Untuned });
        return trainings;
    }

    private MeasuredRecipe Measured(GatedMetric metric, BaselineKey spec, IReadOnlyList<MeasuredTraining> trainings, EvaluationResult reference)
    {
        var overrides = new BaselineStore(Folders.Baselines).Overrides(spec, trainings[0].Recipe.Name);
        return new()
        {
            Metric = metric,
            Trainings = On(overrides, trainings),
            Reference = overrides.On(reference),
            Overrides = overrides,
            Family = Gated.Count,
            Spec = spec,
            Folders = Folders,
            Session = Session,
        };
    }

    // A person's score is about a response, so it holds under every verb and on both sides.
    private static IReadOnlyList<MeasuredTraining> On(ApprovedOverrides overrides, IReadOnlyList<MeasuredTraining> trainings) =>
        [.. trainings.Select(training => training with { Now = overrides.On(training.Now) })];

    private protected override IReadOnlyList<IDisposable> Started => _runs;

    private protected override string Unstarted => $" for seed {Seeds[_runs.Count]}";

    // One seed after the other.
    private protected override async Task StartAsync(RunStore store, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var seed in Seeds)
        {
            var recipe = _recipe(seed);
            if (recipe.Seed != seed) throw new InvalidOperationException($"{GetType().Name}: the recipe made for seed {seed} has seed {recipe.Seed}; hand the seed on to it.");
            _runs.Add(await TrainedRun.StartAsync(recipe, store, progress, cancellationToken));
        }
    }
}
