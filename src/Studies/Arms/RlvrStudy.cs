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
        foreach (var recipe in Rlvr(seeds)) rlvr.Add(await RlvrAsync(recipe, progress, cancellationToken));
        var mustFail = await CaughtAsync(seed => Recipes.PocketMustFail(paths, seed));
        var control = await CaughtAsync(seed => Recipes.PocketMustFailControl(paths, seed));
        foreach (var seed in seeds.Take(FewSeeds)) order.Add(await OrderAsync(Recipes.PocketRlvrOrder(paths, seed), progress, cancellationToken));
        return new() { Rlvr = rlvr, MustFail = mustFail, Control = control, Order = order };

        async Task<List<(PocketArm, IReadOnlyList<Decision>)>> CaughtAsync(Func<ulong, GrpoRecipe> recipe)
        {
            List<(PocketArm, IReadOnlyList<Decision>)> arms = [];
            foreach (var seed in seeds) arms.Add(await CaughtArmAsync(recipe(seed), progress, cancellationToken));
            return arms;
        }
    }

    /// <summary>The arms as a list that several machines can share.</summary>
    /// <param name="seeds">Training seeds.</param>
    public IReadOnlyList<ListedWork> Runs(IReadOnlyList<ulong> seeds) =>
    [
        .. Rlvr(seeds).Select(recipe => Listed(recipe, RlvrAsync)),
        .. seeds.Select(seed => Listed(Recipes.PocketMustFail(paths, seed), CaughtArmAsync)),
        .. seeds.Select(seed => Listed(Recipes.PocketMustFailControl(paths, seed), CaughtArmAsync)),
        .. seeds.Take(FewSeeds).Select(seed => Listed(Recipes.PocketRlvrOrder(paths, seed), OrderAsync)),
    ];

    private ListedWork Listed<T>(GrpoRecipe recipe, Func<GrpoRecipe, IProgress<RunProgress>, CancellationToken, Task<T>> arm) =>
        ListedWork.OfRun(store, recipe, Invariant($"{recipe.Name}, seed {recipe.Seed}"), (progress, cancellationToken) => arm(recipe, progress, cancellationToken));

    private IEnumerable<GrpoRecipe> Rlvr(IReadOnlyList<ulong> seeds) =>
        from level in new[] { (Accuracy: Recipes.TargetAccuracy, seeds.Count), (Accuracy: Recipes.HighAccuracy, Count: FewSeeds) }
        from seed in seeds.Take(level.Count)
        select Recipes.PocketRlvr(paths, level.Accuracy, seed);

    private Task<PocketArm> RlvrAsync(GrpoRecipe recipe, IProgress<RunProgress> progress, CancellationToken cancellationToken) => _comparison.RunAsync(recipe, _metrics.All,
        [.. _metrics.SuitesSampled, _metrics.PooledSampled, _metrics.OverRefusalSampled], progress, cancellationToken);

    private Task<PocketArm> OrderAsync(GrpoRecipe recipe, IProgress<RunProgress> progress, CancellationToken cancellationToken) => _comparison.RunAsync(recipe,
        [_metrics.Pooled, _metrics.PooledSampled, _metrics.OverRefusal, _metrics.OrderSampled], [_metrics.PooledSampled], progress, cancellationToken);

    private async Task<(PocketArm, IReadOnlyList<Decision>)> CaughtArmAsync(GrpoRecipe recipe, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var arm = await _comparison.RunAsync(recipe, [_metrics.Pooled, .. _metrics.Suites, _metrics.OverRefusal], [_metrics.PooledSampled], progress, cancellationToken);
        var run = await store.GetOrTrainAsync(recipe, progress, cancellationToken);
        return (arm, await new FreshDraws(store).DecideAsync(run, _metrics.PooledSampled, _metrics.Safety.Count, EvaluationSeeds, progress, cancellationToken));
    }
}
