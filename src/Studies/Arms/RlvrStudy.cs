using SafetyGate.Core.Runs;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Calibration;
using SafetyGate.Trainers.Grpo;

namespace SafetyGate.Studies.Arms;

/// <summary>
/// Reinforcement learning from a verifier: its cost to the guardrails, whether the gate catches the run that must be caught, and whether
/// another domain works as well.
/// </summary>
/// <param name="paths">The repository.</param>
/// <param name="store">Where runs and responses are kept.</param>
public sealed class RlvrStudy(PocketPaths paths, RunStore store)
{
    /// <summary>Evaluation seeds of each run that must, or must not, be caught.</summary>
    public const int EvaluationSeeds = 4;

    /// <summary>Training seeds at most of the runs to the higher accuracy and of those on the other domain.</summary>
    public const int FewSeeds = 2;

    private readonly PocketMetrics _metrics = new(new PocketSuites(paths));
    private readonly PocketComparison _comparison = new(store);

    /// <summary>Runs everything.</summary>
    /// <param name="seeds">Training seeds.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    /// <exception cref="ArgumentException">No seeds.</exception>
    public async Task<RlvrStudyResult> RunAsync(IReadOnlyList<ulong> seeds, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        if (seeds.Count == 0) throw new ArgumentException("The study has no seeds; give at least one.", nameof(seeds));
        List<PocketArm> rlvr = [], order = [];
        foreach (var (accuracy, count) in new[] { (Recipes.TargetAccuracy, seeds.Count), (Recipes.HighAccuracy, FewSeeds) })
            foreach (var seed in seeds.Take(count))
                rlvr.Add(await _comparison.RunAsync(Recipes.PocketRlvr(paths, accuracy, seed), _metrics.All,
                    [.. _metrics.SuitesSampled, _metrics.PooledSampled, _metrics.OverRefusalSampled], progress, cancellationToken));
        var mustFail = await CaughtAsync(seed => Recipes.PocketMustFail(paths, seed));
        var control = await CaughtAsync(seed => Recipes.PocketMustFailControl(paths, seed));
        foreach (var seed in seeds.Take(FewSeeds))
            order.Add(await _comparison.RunAsync(Recipes.PocketRlvrOrder(paths, seed),
                [_metrics.Pooled, _metrics.PooledSampled, _metrics.OverRefusal, _metrics.OrderSampled], [_metrics.PooledSampled], progress,
                cancellationToken));
        return new() { Rlvr = rlvr, MustFail = mustFail, Control = control, Order = order };

        async Task<List<(PocketArm, IReadOnlyList<Decision>)>> CaughtAsync(Func<ulong, GrpoRecipe> recipe)
        {
            List<(PocketArm, IReadOnlyList<Decision>)> arms = [];
            foreach (var seed in seeds)
            {
                var arm = await _comparison.RunAsync(recipe(seed), [_metrics.Pooled, .. _metrics.Suites, _metrics.OverRefusal],
                    [_metrics.PooledSampled], progress, cancellationToken);
                var run = await store.GetOrTrainAsync(recipe(seed), progress, cancellationToken);
                arms.Add((arm, await new FreshDraws(store).DecideAsync(run, _metrics.PooledSampled, _metrics.Safety.Count, EvaluationSeeds, progress, cancellationToken)));
            }

            return arms;
        }
    }
}
