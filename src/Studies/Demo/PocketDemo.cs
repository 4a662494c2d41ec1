using SafetyGate.Core.Runs;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Arms;

namespace SafetyGate.Studies.Demo;

/// <summary>
/// The demonstration: one aligned base, tuned on the same sums to the same accuracy in three ways: fine-tuned in its own style, fine-tuned
/// in a
/// compliant house style, and by reinforcement learning from a verifier; guardrails measured before and after; a verdict for each.
/// </summary>
/// <param name="paths">The repository.</param>
/// <param name="store">Where runs and responses are kept: a second demonstration reads them.</param>
public sealed class PocketDemo(PocketPaths paths, RunStore store)
{
    /// <summary>Runs all arms.</summary>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    /// <exception cref="TrainingFailedException">A run failed.</exception>
    /// <exception cref="UserErrorException">The world's files are missing, or the store cannot be written.</exception>
    public async Task<PocketDemoResult> RunAsync(IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var metrics = new PocketMetrics(new PocketSuites(paths));
        var comparison = new PocketComparison(store);
        IReadOnlyList<GatedMetric> measured = [metrics.Pooled, .. metrics.Suites, metrics.OverRefusal, metrics.Sums, metrics.SumsSampled];
        var own = await RunAsync(Recipes.PocketSftOwnStyle(paths));
        var house = await RunAsync(Recipes.PocketSftHouseStyle(paths));
        var rlvr = await RunAsync(Recipes.PocketRlvr(paths));
        return new PocketDemoResult
        {
            Metrics = metrics,
            Arms = [new(own, Verdict.Passed), new(house, Verdict.Regressed), new(rlvr, Verdict.Passed)]
        };

        Task<PocketArm> RunAsync(IRecipe recipe) =>
            comparison.RunAsync(recipe, measured, [metrics.PooledSampled], progress, cancellationToken);
    }
}
