using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>Places runs by accuracy and drift.</summary>
internal static class RunPoints
{
    /// <summary>Accuracy against the share of safety lost to tuning, for each run of which both are known.</summary>
    public static IReadOnlyList<RunPoint> BySafetyLost(GateReport report) => Of(report, run =>
        Largest(report, run, v => v is { Direction: MetricDirection.Safety, Against: ComparisonKind.Reference }) is { } comparison ? 0 - comparison.Difference : null); // not "−0"

    /// <summary>Accuracy against KL on the safety prompts, for each run of which both are known.</summary>
    public static IReadOnlyList<RunPoint> ByKl(GateReport report) => Of(report, run =>
    {
        foreach (var addition in report.Additions)
            if (addition.KlByRun.TryGetValue(run.Name, out var kl) && double.IsFinite(kl)) return kl;
        return null;
    });

    private static List<RunPoint> Of(GateReport report, Func<ReportedRun, double?> drift) =>
        [.. from run in report.Verdicts.Select(v => v.Run).OfType<ReportedRun>().DistinctBy(r => r.Digest)
            let moved = drift(run)
            let accuracy = Largest(report, run, v => v.Direction == MetricDirection.Capability)?.Now.Rate ?? report.Runs.FirstOrDefault(r => r.Digest == run.Digest)?.LastAccuracy
            where moved is not null && accuracy is not null
            select new RunPoint(run.Name, moved.Value, accuracy.Value)];

    // Of metrics of as many items the first by name, whatever order the specs ran in: greedy before sampled, of every run that has both.
    private static ReportedComparison? Largest(GateReport report, ReportedRun run, Func<VerdictRecord, bool> wanted) =>
        report.Verdicts.Where(v => v.Run?.Digest == run.Digest && v.Comparison is not null && wanted(v))
            .OrderByDescending(v => v.Comparison!.Items).ThenBy(v => v.Metric, StringComparer.Ordinal).FirstOrDefault()?.Comparison;
}
