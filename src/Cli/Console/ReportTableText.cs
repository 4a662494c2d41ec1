using SafetyGate.Harness.Reports;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>Sections and tables of a report on a terminal.</summary>
internal static class ReportTableText
{
    /// <summary>Title, sentences and table.</summary>
    public static void Print(GateOutput output, ReportSection section)
    {
        output.Out.WriteLine($"\n{section.Title}");
        foreach (var note in section.Notes) output.Out.WriteLine($"{note}");
        if (section.Table is { } table) Print(output, table);
    }

    /// <summary>The table.</summary>
    public static void Print(GateOutput output, ReportTable rows)
    {
        var table = new Table().Border(TableBorder.Markdown);
        foreach (var column in rows.Columns) table.AddColumn(Cell.Of(column.Title), made => made.Alignment = column.IsNumber ? Justify.Right : Justify.Left);
        foreach (var row in rows.Rows) table.AddRow([.. row.Select(Cell.Of)]);
        VerdictTable.Print(output, table);
    }
}
