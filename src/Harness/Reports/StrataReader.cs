using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;

namespace SafetyGate.Harness.Reports;

/// <summary>Reads strata results of the results folder into the report.</summary>
public sealed class StrataReader : IReportAdditionReader
{
    /// <summary>End of the name of a strata result.</summary>
    public const string Suffix = ".strata.json";

    /// <inheritdoc/>
    public string Pattern => "*" + Suffix;

    /// <inheritdoc/>
    public ReportAddition Read(string path) => new() { Sections = [StrataSections.Of(AnalysisFile.Read<StrataResult>(path))] };
}
