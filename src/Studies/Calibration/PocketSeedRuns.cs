using SafetyGate.Core.Runs;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Studies.Calibration;

/// <summary>Trains the unchanged recipe with many seeds and thread counts and puts every run to the gate.</summary>
/// <param name="paths">The repository.</param>
/// <param name="store">Where runs and responses are kept.</param>
/// <param name="shipped">The gated metrics and their baselines.</param>
/// <param name="gate">The gate under test.</param>
public sealed class PocketSeedRuns(PocketPaths paths, RunStore store, PocketGate shipped, GateUnderTest gate)
{
    /// <summary>Trains, or takes the runs from the store, and compares.</summary>
    /// <param name="options">Seeds and thread counts.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; finished runs stay in the store.</param>
    public async Task<PocketRecipeComparison> CompareAsync(PocketCalibrationOptions options, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        List<PocketSeedRun> runs = [];
        for (ulong seed = 1; seed <= (ulong)options.Seeds; seed++)
            foreach (var threads in options.Threads)
            {
                progress.Report(new RunProgress("seeds", runs.Count, options.Seeds * options.Threads.Count,
                    Invariant($"seed {seed}, {threads} threads")));
                runs.Add(await MeasureAsync(seed, threads, progress, cancellationToken));
            }

        progress.Report(new RunProgress("decide", 0, 0, "every run against the baselines, and every seed against every other"));
        return new PocketRecipeComparison
        {
            Seeds = options.Seeds,
            AgainstBaselines = [.. options.Threads.Select(t => new PocketThreadVerdicts(t, Count(runs.Where(r => r.Threads == t).Select(r => shipped.Decide(m => shipped.AgainstBaseline(m, r.Now[m.Name], r.Reference[m.Name]), gate)))))],
            AgainstSeeds = options.Seeds < 2 ? [] : [.. options.Threads.Select(t => new PocketThreadVerdicts(t, Pairs(runs, (a, b) => a.Threads == t && b.Threads == t && a.Seed != b.Seed)))],
            AgainstThreads = options.Threads.Count < 2 ? null : Pairs(runs, (a, b) => a.Seed == b.Seed && a.Threads != b.Threads),
            SameWeightsAtAllThreads = runs.GroupBy(r => r.Seed)
                .Count(g => g.Select(r => r.Weights).Distinct(StringComparer.Ordinal).Count() == 1),
            Steps = [runs.Min(r => r.Steps), runs.Max(r => r.Steps)],
        };
    }

    private RepeatedVerdicts Pairs(IReadOnlyList<PocketSeedRun> runs, Func<PocketSeedRun, PocketSeedRun, bool> belong) => Count(
        from approved in runs
        from now in runs
        where belong(approved, now)
        select shipped.Decide(m => shipped.Against(approved.Now[m.Name], m, now.Now[m.Name], now.Reference[m.Name]), gate));

    private static RepeatedVerdicts Count(IEnumerable<IReadOnlyList<Decision>> runs) => RepeatedVerdicts.Of(runs);

    private async Task<PocketSeedRun> MeasureAsync(ulong seed, int threads, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        var recipe = Recipes.PocketSftOwnStyle(paths, seed) with { Compute = new ComputeOptions { Threads = threads } };
        using var run = await TrainedRun.StartAsync(recipe, store, progress, cancellationToken);
        Dictionary<string, Measurement> now = new(StringComparer.Ordinal), reference = new(StringComparer.Ordinal);
        foreach (var metric in shipped.Metrics)
        {
            now[metric.Name] = (await run.EvaluateAsync(metric, cancellationToken)).Measurement;
            reference[metric.Name] = (await run.EvaluateReferenceAsync(metric, cancellationToken)).Measurement;
        }

        return new(seed, threads, run.Model.Record.Steps, run.Model.Record.Model.WeightsDigest, now, reference);
    }
}
