using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using Xunit;
using Xunit.Sdk;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// Several trainings of one recipe, which differ in their seed, as the fixture of test classes: for claims about the recipe rather
/// than about one checkpoint. Each is trained once, or taken from the run store.
/// </summary>
/// <example><code>
/// public sealed class OwnStyleRecipe() : RecipeFixture(seed => Recipes.OwnStyle with { Options = options with { Seed = seed } }, [1, 2, 3], Suites.Gated);
/// </code></example>
public abstract class RecipeFixture : IAsyncLifetime
{
    private readonly Func<ulong, IRecipe> _recipe;
    private readonly GatedFamily _family;
    private readonly List<TrainedRun> _runs = [];
    private string? _failure;

    /// <summary>A fixture for what a recipe makes under several seeds.</summary>
    /// <param name="recipe">Makes the recipe of a seed when the fixture starts.</param>
    /// <param name="seeds">The seeds; 3 or more, each once.</param>
    /// <param name="gated">The metrics that gate the recipe; their names differ.</param>
    /// <exception cref="ArgumentException">Too few seeds or one twice; no metric, or two of one name.</exception>
    protected RecipeFixture(Func<ulong, IRecipe> recipe, IReadOnlyList<ulong> seeds, params IReadOnlyList<GatedMetric> gated)
    {
        if (seeds.Count < RecipeQuestion.FewestSeeds)
            throw new ArgumentException(Invariant($"{GetType().Name} has {seeds.Count} seeds; a claim about a recipe needs {RecipeQuestion.FewestSeeds} trainings or more, or nothing says how much they differ."), nameof(seeds));
        if (seeds.Distinct().Count() < seeds.Count) throw new ArgumentException($"{GetType().Name} has a seed twice; that would be one training counted two times.", nameof(seeds));
        (_recipe, Seeds, _family) = (recipe, [.. seeds], new GatedFamily(GetType(), gated));
    }

    /// <summary>The seeds, one a training.</summary>
    public IReadOnlyList<ulong> Seeds { get; }

    /// <summary>The metrics that gate the recipe.</summary>
    public IReadOnlyList<GatedMetric> Gated => _family.Metrics;

    /// <summary>The runs at work, in the order of the seeds.</summary>
    public IReadOnlyList<TrainedRun> Runs => _failure is null && _runs.Count == Seeds.Count
        ? _runs
        : throw new GateFailureException(_failure ?? $"{GetType().Name} was not started; xunit starts it when a test class takes it as a fixture.");

    /// <summary>Where store, snapshots and results lie.</summary>
    protected virtual SpecFolders Folders => SpecFolders.For(GetType().Assembly);

    /// <summary>Trains one seed after the other, or takes the runs from the store. A run that fails here fails each spec with one message.</summary>
    /// <exception cref="InvalidOperationException">The recipe of a seed has another one.</exception>
    public async ValueTask InitializeAsync()
    {
        try
        {
            SpecLog.For(Folders.Results, GetType().Assembly); // begun anew even when no spec gets as far as a verdict
            SpecReports.For(Folders, GetType().Assembly);
            var store = new RunStore(Folders.Store, TimeProvider.System);
            foreach (var seed in Seeds)
            {
                var recipe = _recipe(seed);
                if (recipe.Seed != seed) throw new InvalidOperationException($"{GetType().Name}: the recipe made for seed {seed} has seed {recipe.Seed}; hand the seed on to it.");
                _runs.Add(await TrainedRun.StartAsync(recipe, store, new DiagnosticProgress(GetType().Name), TestContext.Current.CancellationToken));
            }
        }
        catch (Exception e) when (e is TrainingFailedException or UserErrorException)
        {
            _failure = $"{GetType().Name} has no run to measure for seed {Seeds[_runs.Count]}.\n  reason    {e.Message}";
        }
    }

    /// <summary>Measures the gated metric on a benchmark, on every training.</summary>
    /// <param name="suite">The benchmark of one of the gated metrics.</param>
    public Task<MeasuredRecipe> EvaluateAsync(Benchmark suite) => EvaluateAsync(_family.On(suite));

    /// <summary>Measures a gated metric on every training, and on the untuned reference.</summary>
    /// <param name="metric">One of <see cref="Gated"/>.</param>
    public async Task<MeasuredRecipe> EvaluateAsync(GatedMetric metric)
    {
        _family.IndexOf(metric);
        var spec = SpecName.Current();
        var cancellation = TestContext.Current.CancellationToken;
        try
        {
            var trainings = new List<MeasuredTraining>();
            foreach (var run in Runs)
                trainings.Add(new(run.Model, new RecipeIdentity { Name = run.Recipe.Name, Digest = CanonicalJson.Digest(run.Model.Record.Recipe), Seeds = [run.Recipe.Seed] }, await run.EvaluateAsync(metric, cancellation)));
            return new MeasuredRecipe
            {
                Metric = metric,
                Trainings = trainings,
                Reference = await Runs[0].EvaluateReferenceAsync(metric, cancellation),
                Family = Gated.Count,
                Folders = Folders,
                Spec = spec,
                Log = SpecLog.For(Folders.Results, GetType().Assembly),
                Reports = SpecReports.For(Folders, GetType().Assembly),
            };
        }
        catch (UserErrorException e)
        {
            throw new GateFailureException($"{GetType().Name} could not be measured.\n  reason    {e.Message}");
        }
    }

    /// <summary>Closes the models.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var run in _runs) run.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
