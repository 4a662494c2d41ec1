using SafetyGate.Analysis.Patterns;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>Patterns of failures for people.</summary>
internal static class PatternTable
{
    private const int MostProperties = 4;

    public static void Write(GateOutput output, PatternReport report)
    {
        output.Out.WriteLine($"{report.Source}: {report.Failures} of {report.Items} items failed; {report.Explained} failures have a line that says why ({report.Analyst}, {report.Features})");
        output.Out.WriteLine($"{(report.Verdict == PatternVerdict.NoPattern ? "no pattern" : report.Patterns.Count == 1 ? "1 pattern" : $"{report.Patterns.Count} patterns")}: {report.Reason}");
        if (report.Patterns.Count == 0) return;
        var table = new Table().Border(TableBorder.Markdown).AddColumns("pattern", "failures", "where", "failed there", "commoner in it than elsewhere");
        foreach (var pattern in report.Patterns)
            table.AddRow([.. new[]
            {
                pattern.Name, Invariant($"{pattern.Items.Count}"), pattern.SliceWords,
                pattern.SliceItems > 0 ? Invariant($"{pattern.SliceFailures} of {pattern.SliceItems}") : "",
                string.Join("; ", pattern.Properties.Take(MostProperties).Select(share => Invariant($"{share} ({100 * share.InPattern:0} % against {100 * share.Elsewhere:0} %)"))),
            }.Select(Cell.Of)]);
        VerdictTable.Print(output, table);
    }
}
