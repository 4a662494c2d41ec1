using SafetyGate.Harness.Reports;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>A section of a report on the terminal.</summary>
internal static class SectionTable
{
    /// <summary>Prints title, notes and table.</summary>
    public static void Write(GateOutput output, ReportSection section)
    {
        output.Out.WriteLine($"{section.Title}");
        foreach (var note in section.Notes) output.Out.WriteLine($"{note}");
        if (section.Table is not { } content) return;
        var table = new Table().Border(TableBorder.Markdown);
        foreach (var column in content.Columns) table.AddColumn(Cell.Of(column.Title), made => made.Alignment = column.IsNumber ? Justify.Right : Justify.Left);
        foreach (var row in content.Rows) table.AddRow([.. row.Select(Cell.Of)]);
        VerdictTable.Print(output, table);
    }
}
