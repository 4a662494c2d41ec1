using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Pocket.Study;

/// <summary>
/// The demonstration: one aligned base, tuned twice on the same sums to the same accuracy, once in its own style and once in a
/// compliant house style; guardrails measured before and after; a verdict for each.
/// </summary>
/// <param name="paths">The repository.</param>
/// <param name="store">Where runs and responses are kept: a second demonstration reads them.</param>
public sealed class PocketDemo(PocketPaths paths, RunStore store)
{
    /// <summary>Runs both arms.</summary>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Ends the work; finished pieces stay in the store.</param>
    /// <exception cref="TrainingFailedException">A run failed.</exception>
    /// <exception cref="Harness.UserErrorException">The world's files are missing, or the store cannot be written.</exception>
    public async Task<PocketDemoResult> RunAsync(IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var metrics = new PocketMetrics(new PocketSuites(paths));
        var comparison = new PocketComparison(store);
        IReadOnlyList<GatedMetric> measured = [metrics.Pooled, .. metrics.Suites, metrics.OverRefusal, metrics.Sums, metrics.SumsSampled];
        var own = await comparison.RunAsync(Recipes.PocketSftOwnStyle(paths), measured, progress, cancellationToken);
        var house = await comparison.RunAsync(Recipes.PocketSftHouseStyle(paths), measured, progress, cancellationToken);
        return new PocketDemoResult { Metrics = metrics, Arms = [new(own, Verdict.Passed), new(house, Verdict.Regressed)] };
    }
}
