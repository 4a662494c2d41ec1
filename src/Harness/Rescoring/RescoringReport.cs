using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Rescoring;

/// <summary>Effects of a changed scorer on approved baselines and stored runs.</summary>
public sealed record RescoringReport
{
    /// <summary>Every approved metric, by the baseline it belongs to.</summary>
    public required IReadOnlyList<RescoredBaseline> Baselines { get; init; }

    /// <summary>Every metric of a stored run that has a baseline, runs in order of their digests.</summary>
    public required IReadOnlyList<RescoredVerdict> Verdicts { get; init; }

    /// <summary>
    /// The exit code of <c>gate</c>: that of the verdicts as scored now; a baseline that cannot be scored again, or no verdict at all, is
    /// not comparable.
    /// </summary>
    public int ExitCode
    {
        get
        {
            var verdicts = RunVerdicts.ExitCode(Verdicts.Select(v => v.After));
            if (verdicts == GateExitCode.Regressed) return verdicts;
            return Verdicts.Count == 0 || Baselines.Any(b => b.Metric.Problem is not null) ? GateExitCode.NotComparable : verdicts;
        }
    }

    /// <summary>Scores baselines and runs again. Verdicts of one run are decided together, without the anchor.</summary>
    /// <param name="rescorer">Knows benchmarks and scorers.</param>
    /// <param name="baselines">The approved baselines with their names.</param>
    /// <param name="archive">Where approved responses are looked up.</param>
    /// <param name="runs">The stored runs with their evaluations; those of recipes without a baseline are passed over.</param>
    /// <exception cref="UserErrorException">Stored responses are corrupt.</exception>
    public static RescoringReport Of(Rescorer rescorer, IReadOnlyList<(BaselineKey Key, ResultDocument Document)> baselines,
        ResponseArchive archive, IEnumerable<(RunRecord Record, IReadOnlyList<StoredEvaluation> Evaluations)> runs)
    {
        var again = baselines.SelectMany(b => b.Document.Metrics.Select(m => new RescoredBaseline(b.Key, b.Document, m, rescorer.Approved(m.Measurement, archive)))).ToList();
        return new()
        {
            Baselines = again,
            Verdicts = [.. runs.SelectMany(run => VerdictsOf(rescorer, again, run.Record, run.Evaluations))]
        };
    }

    private static IEnumerable<RescoredVerdict> VerdictsOf(Rescorer rescorer, IReadOnlyList<RescoredBaseline> baselines, RunRecord run,
        IReadOnlyList<StoredEvaluation> evaluations)
    {
        List<(RescoredBaseline Baseline, RescoredMetric Now)> asked = [];
        foreach (var baseline in baselines.Where(b => b.Document.Recipe?.Name == run.Name))
            if (rescorer.OfRun(baseline.Metric.Before, run, evaluations) is { } now) asked.Add((baseline, now));
        if (asked.Count == 0) return [];
        var before = RunVerdicts.Decide([.. asked.Select(a => Claim(a.Baseline, a.Baseline.Metric.Before, a.Now.Before))]);
        var after = RunVerdicts.Decide([.. asked.Select(a => Claim(a.Baseline, a.Baseline.Metric.After, a.Now.After!))]);
        return asked.Select((a, i) => new RescoredVerdict(run, a.Baseline.Key.ToString(), before[i], after[i]));
    }

    // Without the approved responses there is no baseline under the present scorer, and the verdict reports it.
    private static PairedClaim Claim(RescoredBaseline baseline, Measurement? approved, Measurement now) => new()
    {
        Against = ComparisonKind.Baseline, Approved = approved, ApprovedSettings = baseline.Result.Gate, Now = now,
        Settings = baseline.Result.Gate ?? new GateSettings { Margin = 0.02 },
        ApproveCommand = BaselineStore.ApproveCommand(baseline.Key),
    };
}
