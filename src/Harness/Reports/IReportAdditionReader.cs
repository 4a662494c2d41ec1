namespace SafetyGate.Harness.Reports;

/// <summary>
/// Reads one kind of file that something else leaves in the results folder, such as <c>*.drift.json</c>, as a section of the report.
/// </summary>
public interface IReportAdditionReader
{
    /// <summary>Which files, such as <c>*.drift.json</c>.</summary>
    string Pattern { get; }

    /// <summary>Reads one file.</summary>
    /// <exception cref="UserErrorException">It is damaged; the message names file and field (exit code 65).</exception>
    ReportAddition Read(string path);
}
