using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Rescoring;

namespace SafetyGate.Cli.Console;

/// <summary>Effects of a changed scorer, as JSON.</summary>
internal static class RescoreJson
{
    public static string Of(RescoringReport report, IReadOnlyList<string> received) => CalibrationJson.Of(new
    {
        report.ExitCode,
        Baselines = report.Baselines.Select(b => new
        {
            Baseline = b.Key.ToString(), b.Metric.Before.Metric, b.Metric.Before.Scorer, VersionBefore = b.Metric.Before.ScorerVersion,
            VersionAfter = b.Metric.After?.ScorerVersion,
            b.Metric.RateBefore, b.Metric.RateAfter, b.Metric.Changed, b.Metric.Missing, b.Metric.Problem,
            Overrides = ScoreOverrides.Count(b.Metric.Before), OverridesDropped = b.Metric.Dropped.Count,
        }),
        Verdicts = report.Verdicts.Select(v => new
        {
            Run = v.Run.Digest, Recipe = v.Run.Name, v.Run.Seed, v.Baseline, v.After.Claim.Metric,
            Before = Words(v.Before), After = Words(v.After), v.Moved,
        }),
        Received = received,
    });

    private static object Words(Decision outcome) => new { Verdict = outcome.Verdict.ToString(), Reason = outcome.Reason.ToString(), outcome.Fails, Difference = outcome.Paired?.Comparison.Difference };
}
