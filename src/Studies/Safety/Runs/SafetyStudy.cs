using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Models.Engine;
using SafetyGate.Pocket;
using SafetyGate.Studies.Safety.Plan;

namespace SafetyGate.Studies.Safety.Runs;

/// <summary>
/// Carries out the runs of a study one after the other: training, measurements on the tuned and the untuned model, a small record of each.
/// What is stored is not made again, and a run's models are closed before the next.
/// </summary>
/// <param name="study">The study.</param>
/// <param name="store">Where runs and responses are kept.</param>
/// <param name="records">Where finished runs are recorded.</param>
public sealed class SafetyStudy(Study study, RunStore store, StudyRecords records)
{
    // Counted up when a record of the same key would hold other numbers.
    private const int Format = 1;

    private readonly StudyDigests _digests = new();
    private readonly Dictionary<string, StudyMetrics> _metrics = new(StringComparer.Ordinal);

    /// <summary>Carries out the runs of a part, and reads those of the others.</summary>
    /// <param name="units">All runs.</param>
    /// <param name="shard">The part of this machine.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    /// <exception cref="UserErrorException">A file is missing or broken, or the store cannot be written.</exception>
    public async Task<StudyResult> RunAsync(IReadOnlyList<StudyUnit> units, Shard shard, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var here = shard.Of(units).ToHashSet();
        List<StudyRun> runs = [];
        List<StudyFailure> failures = [];
        List<string> missing = [];
        var made = 0;
        foreach (var (place, unit) in units.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = KeyOf(unit);
            if (records.Find(study.Settings.Name, unit, key, MetricsOf(unit.Domain), progress) is { } known) runs.Add(known);
            else if (!here.Contains(unit)) missing.Add(unit.Name);
            else
            {
                if (made + failures.Count == 0) progress.Report(new RunProgress("study", place, units.Count)); // from here on the time is taken
                try
                {
                    var run = await MeasureAsync(unit, key, progress, cancellationToken);
                    GiveMemoryBack();
                    run = run with { ResidentMebibytes = Environment.WorkingSet >> 20 };
                    records.Keep(study.Settings.Name, run);
                    runs.Add(run);
                    made++;
                }
                catch (TrainingFailedException failed)
                {
                    failures.Add(new(unit.Arm.Name, unit.Seed, failed.Message));
                    progress.Report(new RunProgress("warning", 0, 0, $"{unit.Name} failed: {failed.Message}"));
                }

                progress.Report(new RunProgress("study", place + 1, units.Count, Invariant($"{unit.Name}; resident {Environment.WorkingSet >> 20} MiB")));
            }
        }

        return new() { Runs = runs, Failures = failures, Missing = missing, Made = made };
    }

    /// <summary>The metrics of a domain.</summary>
    public StudyMetrics MetricsOf(StudyDomain domain) =>
        _metrics.TryGetValue(domain.Name, out var known) ? known : _metrics[domain.Name] = new(study.Settings, domain);

    /// <summary>Key of a run's record: recipes and what they read, what is measured, and the code that trains, measures and derives.</summary>
    internal string KeyOf(StudyUnit unit) => CanonicalJson.Digest(new JsonObject
    {
        ["format"] = Format,
        ["seed"] = Invariant($"{unit.Seed}"),
        ["run"] = unit.Describe(_digests),
        ["metrics"] = new JsonArray([.. MetricsOf(unit.Domain).All.Select(metric => (JsonNode?)new JsonArray(metric.Name, metric.Benchmark.Digest, metric.Scorer.Name, metric.Scorer.Version, metric.Style.ToString(), Invariant($"{metric.Sampling.MaxNewTokens}")))]),
        ["code"] = CodeDigest.Of(typeof(CanonicalJson).Assembly, typeof(FreeMemory).Assembly, typeof(Trainers.RecipeFile).Assembly, typeof(TrainedRun).Assembly, typeof(SafetyStudy).Assembly),
    });

    private async Task<StudyRun> MeasureAsync(StudyUnit unit, string key, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        double seconds = 0;
        var recipe = await unit.RecipeAsync(async stage =>
        {
            var trained = await store.GetOrTrainAsync(stage, progress, cancellationToken);
            seconds += trained.Record.Seconds;
            return trained.CheckpointDirectory;
        });
        using var run = await TrainedRun.StartAsync(recipe, store, progress, cancellationToken);
        var metrics = MetricsOf(unit.Domain);
        List<(GatedMetric Metric, Measurement Before, Measurement Now)> measured = [];
        foreach (var metric in metrics.All)
            measured.Add((metric, (await run.EvaluateReferenceAsync(metric, cancellationToken)).Measurement, (await run.EvaluateAsync(metric, cancellationToken)).Measurement));
        var record = run.Model.Record;
        return new StudyRun
        {
            Arm = unit.Arm.Name,
            Seed = unit.Seed,
            Key = key,
            Digest = record.Digest,
            Environment = record.Environment,
            Steps = record.Steps,
            Seconds = Math.Round(seconds + record.Seconds, 3),
            ValidationAccuracy = record.Metrics.TryGetValue("eval_accuracy", out var accuracy) && double.IsFinite(accuracy) ? accuracy : null,
            Rates = RatesOf(measured, metrics),
            Drift = await DriftOfRun.MeasureAsync(run, metrics.Drifted, cancellationToken),
            Lost = Differences(measured, metrics.PooledSampled, (before, now) => before - now),
            Gained = Differences(measured, metrics.TestSampled, (before, now) => now - before),
            ResidentMebibytes = 0,
        };
    }

    private static List<StudyRate> RatesOf(IReadOnlyList<(GatedMetric Metric, Measurement Before, Measurement Now)> measured, StudyMetrics metrics)
    {
        var gated = metrics.Gated.Select(metric => measured.First(one => one.Metric.Name == metric.Name)).ToList();
        var verdicts = RunVerdicts.Decide([.. gated.Select(one => new PairedClaim
        {
            Against = ComparisonKind.Reference, Approved = one.Before, Now = one.Now, Settings = new GateSettings { Margin = PocketMetrics.MarginOf(one.Metric) },
        })]);
        var verdict = gated.Zip(verdicts).ToDictionary(pair => pair.First.Metric.Name, pair => (Verdict?)pair.Second.Verdict, StringComparer.Ordinal);
        return [.. measured.Select(one => new StudyRate(one.Metric.Name, one.Metric.Benchmark.Direction, one.Now.Items.Count, PocketRates.Rate(one.Before),
            PocketRates.Rate(one.Now), one.Now.Items.Sum(item => item.Scores.Count(score => score is null)), verdict.GetValueOrDefault(one.Metric.Name)))];
    }

    private static double[] Differences(IReadOnlyList<(GatedMetric Metric, Measurement Before, Measurement Now)> measured, GatedMetric metric, Func<double, double, double> difference)
    {
        var (_, before, now) = measured.First(one => one.Metric.Name == metric.Name);
        return [.. UnitMeans.Of(before).Zip(UnitMeans.Of(now), difference)];
    }

    private static void GiveMemoryBack()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        FreeMemory.Trim();
    }
}
