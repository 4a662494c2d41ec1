using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Results;

namespace SafetyGate.Harness.Reports;

/// <summary>Reads training dynamics of the results folder into the report.</summary>
public sealed class DynamicsReader : IReportAdditionReader
{
    /// <summary>End of the name of a dynamics result.</summary>
    public const string Suffix = ".dynamics.json";

    /// <inheritdoc/>
    public string Pattern => "*" + Suffix;

    /// <inheritdoc/>
    public ReportAddition Read(string path) => new() { Sections = [DynamicsSections.Of(AnalysisFile.Read<DynamicsResult>(path))] };
}
