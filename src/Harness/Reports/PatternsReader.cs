using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Harness.Reports;

/// <summary>Reads patterns of failures, or of flipped items, of the results folder into the report.</summary>
public sealed class PatternsReader : IReportAdditionReader
{
    /// <summary>End of the name of a file of patterns.</summary>
    public const string Suffix = ".patterns.json";

    private const int Listed = 4;

    /// <inheritdoc/>
    public string Pattern => "*" + Suffix;

    /// <inheritdoc/>
    public ReportAddition Read(string path)
    {
        var report = AnalysisFile.Read<PatternReport>(path);
        return new()
        {
            Sections =
            [
                new()
                {
                    Title = $"What broke, by kind: {report.Source}",
                    Notes =
                    [
                        Invariant($"{report.Failures} of {report.Items} items; {(report.Patterns.Count == 0 ? "no pattern" : Invariant($"{report.Patterns.Count} patterns"))}: {report.Reason} ({report.Analyst}, {report.Features})."),
                        .. report.Patterns.Count == 0 ? [] : new[] { $"Training rows for them: ./gate augment {path} --validation FILE --generator sums|URL --out ROWS.jsonl" },
                    ],
                    Table = report.Patterns.Count == 0 ? null : new ReportTable(
                        [new("pattern"), new("items", true), new("where"), new("failed there", true), new("commoner in it than elsewhere")],
                        [.. report.Patterns.Select(pattern => new[] { pattern.Name, Invariant($"{pattern.Items.Count}"), pattern.SliceWords, pattern.SliceItems == 0 ? "" : Invariant($"{pattern.SliceFailures} of {pattern.SliceItems}"), string.Join("; ", pattern.Properties.Take(Listed).Select(share => Invariant($"{share} ({100 * share.InPattern:0} % against {100 * share.Elsewhere:0} %)"))) })]),
                },
            ],
        };
    }
}
