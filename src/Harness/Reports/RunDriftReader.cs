using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Reports;

/// <summary>Reads the drift of runs into the report: what changed, and each bound.</summary>
public sealed class RunDriftReader : IReportAdditionReader
{
    /// <inheritdoc/>
    public string Pattern => RunDrift.Pattern;

    /// <inheritdoc/>
    public ReportAddition Read(string path)
    {
        var drift = RunDrift.Read(path);
        // The metric of most prompts that measures safety places the run: a pool, where there is one.
        var safety = drift.Metrics.Where(metric => metric is { Direction: MetricDirection.Safety, Kl: not null })
            .MaxBy(metric => metric.Items);
        return new ReportAddition
        {
            Sections = RunDriftTables.Of(drift),
            KlByRun = safety is null ? new Dictionary<string, double>() : new Dictionary<string, double> { [drift.Recipe] = safety.Kl!.Value },
        };
    }
}
