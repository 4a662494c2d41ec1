namespace SafetyGate.Harness.Reports;

/// <summary>Addition of one file of the results folder to a report.</summary>
public sealed record ReportAddition
{
    /// <summary>The sections it becomes.</summary>
    public required IReadOnlyList<ReportSection> Sections { get; init; }

    /// <summary>
    /// KL on the safety prompts, in nats, by the run's name; places the run in the plot of accuracy against KL. Empty for none.
    /// </summary>
    public IReadOnlyDictionary<string, double> KlByRun { get; init; } = new Dictionary<string, double>();
}
