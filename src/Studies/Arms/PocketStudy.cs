using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Studies.Arms;

/// <summary>Both fine-tuning recipes over several seeds, every suite, greedy and at temperature 1.</summary>
/// <param name="paths">The repository.</param>
/// <param name="store">Where runs and responses are kept.</param>
public sealed class PocketStudy(PocketPaths paths, RunStore store)
{
    /// <summary>Runs every arm and seed.</summary>
    /// <param name="seeds">Seeds of the runs.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    /// <returns>Every arm of every seed; the table is <see cref="PocketStudyTable"/>.</returns>
    /// <exception cref="ArgumentException">No seeds.</exception>
    public async Task<IReadOnlyList<PocketArm>> RunAsync(IReadOnlyList<ulong> seeds, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        if (seeds.Count == 0) throw new ArgumentException("The study has no seeds; give at least one.", nameof(seeds));
        List<PocketArm> arms = [];
        foreach (var recipe in All(seeds)) arms.Add(await ArmAsync(recipe, progress, cancellationToken));
        return arms;
    }

    /// <summary>The arms as a list that several machines can share.</summary>
    /// <param name="seeds">Seeds of the runs.</param>
    public IReadOnlyList<ListedWork> Runs(IReadOnlyList<ulong> seeds) =>
        [.. All(seeds).Select(recipe => ListedWork.OfRun(store, recipe, Invariant($"{recipe.Name}, seed {recipe.Seed}"), (progress, cancellationToken) => ArmAsync(recipe, progress, cancellationToken)))];

    private IEnumerable<SftRecipe> All(IReadOnlyList<ulong> seeds) =>
        from recipe in new Func<PocketPaths, ulong, SftRecipe>[] { Recipes.PocketSftOwnStyle, Recipes.PocketSftHouseStyle }
        from seed in seeds
        select recipe(paths, seed);

    private Task<PocketArm> ArmAsync(SftRecipe recipe, IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        new PocketComparison(store).RunAsync(recipe, new PocketMetrics(new PocketSuites(paths)).All, [], progress, cancellationToken);
}
