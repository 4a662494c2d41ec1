using SafetyGate.Harness.Reports;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>The drift of a run on a terminal: what changed, and each bound.</summary>
internal static class DriftTables
{
    public static void Print(GateOutput output, RunDrift drift)
    {
        foreach (var section in RunDriftTables.Of(drift))
        {
            output.Out.WriteLine($"\n{section.Title}");
            foreach (var note in section.Notes) output.Out.WriteLine($"{note}");
            if (section.Table is not { } rows) continue;
            var table = new Table().Border(TableBorder.Markdown)
                .AddColumns([.. rows.Columns.Select(column => Cell.Of(column.Title))]);
            foreach (var row in rows.Rows) table.AddRow([.. row.Select(Cell.Of)]);
            VerdictTable.Print(output, table);
        }
    }
}
