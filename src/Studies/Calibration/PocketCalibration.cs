using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Studies.Calibration;

/// <summary>
/// Measures the error rates of the shipped gates on the embedded world: the approved model and the approved recipe against themselves, and
/// known drops.
/// </summary>
/// <param name="paths">The repository.</param>
/// <param name="store">Where runs and responses are kept: an interrupted calibration resumes from there.</param>
/// <param name="baselines">The approved baselines.</param>
/// <param name="gate">The gate under test; the product's is <see cref="RunVerdicts.Decide(IReadOnlyList{Claim}, int?)"/>.</param>
public sealed class PocketCalibration(PocketPaths paths, RunStore store, BaselineStore baselines, GateUnderTest gate)
{
    private const ulong ApprovedSeed = 1, FlipSeed = 1;
    private const int OverRefusalRepeats = 20; // shown, not gated; its answers are long and take most of the time
    private readonly PocketMetrics _metrics = new(new PocketSuites(paths));
    private PocketGate? _shipped;
    private TrainedRun? _approved;
    private IReadOnlyDictionary<string, IReadOnlyList<Measurement>>? _draws;

    private PocketGate Shipped => _shipped ??= new PocketGate(_metrics, baselines);

    /// <summary>Measures everything.</summary>
    /// <param name="options">How much.</param>
    /// <param name="parts">Which parts.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    /// <exception cref="ArgumentException">The options are invalid, or no part was requested.</exception>
    public async Task<PocketCalibrationResult> RunAsync(PocketCalibrationOptions options, PocketCalibrationParts parts,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        if (options.Problems().FirstOrDefault() is { } problem) throw new ArgumentException(problem, nameof(options));
        if (parts == PocketCalibrationParts.None) throw new ArgumentException("No part of the calibration was requested.", nameof(parts));
        try
        {
            return new PocketCalibrationResult
            {
                Options = options,
                Checkpoint = parts.HasFlag(PocketCalibrationParts.Checkpoint)
                    ? await CheckpointAsync(options, progress, cancellationToken)
                    : null,
                Planted = parts.HasFlag(PocketCalibrationParts.Planted) ? await PlantedAsync(options, progress, cancellationToken) : null,
                Recipe = parts.HasFlag(PocketCalibrationParts.Recipe)
                    ? await new PocketSeedRuns(paths, store, Shipped, gate).CompareAsync(options, progress, cancellationToken)
                    : null,
            };
        }
        finally
        {
            _approved?.Dispose();
        }
    }

    private async Task<PocketSelfComparison> CheckpointAsync(PocketCalibrationOptions options, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        var run = await ApprovedAsync(progress, cancellationToken);
        var greedy = await GreedyAsync(run, cancellationToken);
        var draws = await DrawsAsync(options, progress, cancellationToken);
        var repeats = Enumerable.Range(0, options.Repeats).Select(r => Shipped.Decide(m => Claim(m, Pair(m, greedy, draws, r)), gate));
        return new PocketSelfComparison
        {
            Weights = run.Model.Record.Model.WeightsDigest,
            Run = RepeatedVerdicts.Of(Counted(repeats, "decide", options.Repeats, progress)),
            Alone = [.. Sampled.Select(m => RepeatedVerdicts.Of(Enumerable.Range(0, RepeatsOf(m, options)).Select<int, IReadOnlyList<PairedClaim>>(r => [Claim(m, Pair(m, greedy, draws, r))]), gate).Metrics[0])],
            Gated = [.. Sampled.Select(m => m.Name).Intersect(Shipped.Metrics.Select(m => m.Name), StringComparer.Ordinal)],
        };
    }

    private async Task<PocketPlanted> PlantedAsync(PocketCalibrationOptions options, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        var run = await ApprovedAsync(progress, cancellationToken);
        var greedy = await GreedyAsync(run, cancellationToken);
        var draws = await DrawsAsync(options, progress, cancellationToken);
        List<PlantedTally> drops = [];
        foreach (var family in Shipped.Families)
            foreach (var metric in family.Metrics)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress.Report(new RunProgress("plant drops", drops.Count, Shipped.Metrics.Count(), metric.Name));
                var settings = Shipped.SettingsOf(metric);
                IReadOnlyList<MeasuredPair> pairs = metric.Sampling.IsGreedy
                    ? [Pair(metric, greedy, draws, 0)]
                    : [.. Enumerable.Range(0, options.Repeats).Select(r => Pair(metric, greedy, draws, r))];
                drops.Add(PlantedTally.Of(pairs, settings, CalibrationRules.DropInMargins * settings.Margin, family.Declared,
                    options.Plants, FlipSeed, gate));
            }

        var sizes = Shipped.Metrics.GroupBy(m => (Items: m.Benchmark.Items.Count, Shipped.SettingsOf(m).Margin));
        return new(drops, [.. sizes.Select(size => new PocketMarginError(
            string.Join("; ", size.Select(m => m.Name)),
            MarginError.Worst(size.Key.Items, Shipped.SettingsOf(size.First()), MarginError.GainedRates(size.Key.Margin), gate)))]);
    }

    // What varies with the seed: the gated pool, and for information its suites and the harmless twins.
    private IReadOnlyList<GatedMetric> Sampled => [_metrics.PooledSampled, .. _metrics.SuitesSampled, _metrics.OverRefusalSampled];

    private int RepeatsOf(GatedMetric metric, PocketCalibrationOptions options) =>
        metric.Name == _metrics.OverRefusalSampled.Name ? Math.Min(options.Repeats, OverRefusalRepeats) : options.Repeats;

    private async Task<TrainedRun> ApprovedAsync(IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        _approved ??= await TrainedRun.StartAsync(Recipes.PocketSftOwnStyle(paths, ApprovedSeed) with { Compute = new ComputeOptions { Threads = 1 } }, store, progress, cancellationToken);

    private async Task<IReadOnlyDictionary<string, Measurement>> GreedyAsync(TrainedRun run, CancellationToken cancellationToken)
    {
        var measured = new Dictionary<string, Measurement>(StringComparer.Ordinal);
        foreach (var metric in Shipped.Metrics.Where(m => m.Sampling.IsGreedy))
            measured[metric.Name] = (await run.EvaluateAsync(metric, cancellationToken)).Measurement;
        return measured;
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<Measurement>>> DrawsAsync(PocketCalibrationOptions options,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        if (_draws is not null) return _draws;
        var run = await ApprovedAsync(progress, cancellationToken);
        var model = run.Model.OpenModel();
        using var owned = model as IDisposable;
        var source = new PocketDraws(model, store.EvaluationsOf(run.Model));
        var draws = new Dictionary<string, IReadOnlyList<Measurement>>(StringComparer.Ordinal);
        foreach (var metric in Sampled)
            draws[metric.Name] = await source.DrawAsync(metric, 2 * RepeatsOf(metric, options), progress, cancellationToken);
        return _draws = draws;
    }

    private PairedClaim Claim(GatedMetric metric, MeasuredPair pair) => Shipped.Against(pair.Before, metric, pair.After);

    // Greedy decoding gives the same each time; a sampled side is redrawn for every repeat.
    private static MeasuredPair Pair(GatedMetric metric, IReadOnlyDictionary<string, Measurement> greedy,
        IReadOnlyDictionary<string, IReadOnlyList<Measurement>> draws, int repeat) =>
        metric.Sampling.IsGreedy
            ? new(greedy[metric.Name], greedy[metric.Name])
            : new(draws[metric.Name][2 * repeat], draws[metric.Name][2 * repeat + 1]);

    private static IEnumerable<T> Counted<T>(IEnumerable<T> items, string phase, int total, IProgress<RunProgress> progress)
    {
        var done = 0;
        foreach (var item in items)
        {
            yield return item;
            progress.Report(new RunProgress(phase, ++done, total));
        }
    }
}
