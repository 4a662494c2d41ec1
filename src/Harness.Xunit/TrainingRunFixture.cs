using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Benchmarks;
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
public abstract class TrainingRunFixture : IAsyncLifetime
{
    private readonly Func<IRecipe> _recipe;
    private TrainedRun? _run;
    private string? _failure;

    /// <summary>A fixture for what a recipe makes.</summary>
    /// <param name="recipe">Makes the recipe when the fixture starts.</param>
    /// <param name="gated">The metrics that gate the run; their names differ.</param>
    /// <exception cref="ArgumentException">No metric, or two of one name.</exception>
    protected TrainingRunFixture(Func<IRecipe> recipe, params IReadOnlyList<GatedMetric> gated)
    {
        if (gated.Count == 0) throw new ArgumentException($"{GetType().Name} declares no gated metric; a run that nothing gates would pass.", nameof(gated));
        if (gated.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{GetType().Name} declares the metric '{twice.Key}' twice; give its benchmarks different names.", nameof(gated));
        (_recipe, Gated) = (recipe, gated);
    }

    /// <summary>A fixture for what a recipe makes.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="gated">The metrics that gate the run; their names differ.</param>
    /// <exception cref="ArgumentException">No metric, or two of one name.</exception>
    protected TrainingRunFixture(IRecipe recipe, params IReadOnlyList<GatedMetric> gated) : this(() => recipe, gated) { }

    /// <summary>The metrics that gate the run.</summary>
    public IReadOnlyList<GatedMetric> Gated { get; }

    /// <summary>The run at work, for specs that look at more than the gated metrics.</summary>
    public TrainedRun Run => _run ?? throw new GateFailureException(_failure ?? $"{GetType().Name} was not started; xunit starts it when a test class takes it as a fixture.");

    /// <summary>Where store, snapshots and results lie.</summary>
    protected virtual SpecFolders Folders => SpecFolders.For(GetType().Assembly);

    /// <summary>Trains, or takes the run from the store. A run that fails here fails each spec with one message.</summary>
    public async ValueTask InitializeAsync()
    {
        try
        {
            SpecLog.For(Folders.Results, GetType().Assembly); // begun anew even when no spec gets as far as a verdict
            SpecReports.For(Folders, GetType().Assembly);
            var store = new RunStore(Folders.Store, TimeProvider.System);
            _run = await TrainedRun.StartAsync(_recipe(), store, new DiagnosticProgress(GetType().Name), TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is TrainingFailedException or UserErrorException)
        {
            _failure = $"{GetType().Name} has no run to measure.\n  reason    {e.Message}";
        }
    }

    /// <summary>Measures the gated metric on a benchmark, and every other gated metric of the run with it.</summary>
    /// <param name="suite">The benchmark of one of the gated metrics.</param>
    public Task<MeasuredRun> EvaluateAsync(Benchmark suite)
    {
        var found = Gated.Where(m => m.Benchmark.Digest == suite.Digest && m.Benchmark.Name == suite.Name).ToList();
        return found.Count == 1 ? EvaluateAsync(found[0]) : throw new ArgumentException(
            found.Count == 0
                ? $"{GetType().Name} declares no gated metric on '{suite.Name}'; it declares {Names(Gated)}. Declare it: a metric nobody declared takes no place in the family over which drops are adjusted."
                : $"{GetType().Name} declares {Names(found)} on '{suite.Name}'; say which by its metric.", nameof(suite));
    }

    /// <summary>Measures a gated metric, and every other gated metric of the run with it.</summary>
    /// <param name="metric">One of <see cref="Gated"/>.</param>
    public async Task<MeasuredRun> EvaluateAsync(GatedMetric metric)
    {
        if (!Gated.Contains(metric)) throw new ArgumentException($"{GetType().Name} does not declare the metric '{metric.Name}'; it declares {Names(Gated)}.", nameof(metric));
        var spec = SpecName.Current();
        var reports = SpecReports.For(Folders, GetType().Assembly);
        List<MeasuredMetric> measured;
        try
        {
            measured = await MeasureAsync(Run);
        }
        catch (GateFailureException e)
        {
            reports.Add(ReportedVerdict.Unmeasured(spec, metric.Name, e.Message) with { Source = SpecSource.Current(Folders) });
            throw;
        }

        return new MeasuredRun
        {
            Subject = measured[Gated.ToList().IndexOf(metric)],
            Gated = measured,
            Run = Run.Model,
            Recipe = new RecipeIdentity { Name = Run.Recipe.Name, Digest = CanonicalJson.Digest(Run.Model.Record.Recipe), Seeds = [Run.Recipe.Seed] },
            Folders = Folders,
            Spec = spec,
            Log = SpecLog.For(Folders.Results, GetType().Assembly),
            Reports = reports,
        };
    }

    /// <summary>Closes the models.</summary>
    public ValueTask DisposeAsync()
    {
        _run?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task<List<MeasuredMetric>> MeasureAsync(TrainedRun run)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var measured = new List<MeasuredMetric>();
        try
        {
            foreach (var metric in Gated)
                measured.Add(new(metric, await run.EvaluateAsync(metric, cancellation), await run.EvaluateReferenceAsync(metric, cancellation)));
        }
        catch (UserErrorException e)
        {
            throw new GateFailureException($"{run.Recipe.Name} could not be measured.\n  reason    {e.Message}");
        }

        return measured;
    }

    private static string Names(IEnumerable<GatedMetric> metrics) => string.Join(", ", metrics.Select(m => $"'{m.Name}'"));
}
