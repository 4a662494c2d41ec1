using SafetyGate.Analysis.Curation;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>What came of the strategies, for people.</summary>
internal static class AugmentationTable
{
    private const int MostReasons = 3;

    public static void Write(GateOutput output, AugmentationReport report, string rows)
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumns("pattern", "wanted", "accepted", "generated", "tries again", "rejected because");
        foreach (var one in report.Strategies)
            table.AddRow([.. new[]
            {
                one.Strategy.Pattern, Invariant($"{one.Strategy.Rows} of {(one.Strategy.Wanted.Count == 0 ? "every kind" : string.Join(", ", one.Strategy.Wanted))}"), Invariant($"{one.Accepted}"), Invariant($"{one.Generated}"), Invariant($"{one.Retries}"),
                string.Join("; ", one.Rejected.Take(MostReasons).Select(rejected => Invariant($"{rejected.Check}: {rejected.Reason} ({rejected.Rows})"))),
            }.Select(Cell.Of)]);
        VerdictTable.Print(output, table);
        foreach (var pattern in report.Withheld) output.Out.WriteLine($"withheld  the strategy of '{pattern}' repeats validation text");
        output.Out.WriteLine($"leaks     {report.Leaks}");
        output.Out.WriteLine($"rows      {rows}");
        output.Out.WriteLine($"next      add the rows to the data of a recipe: {{ \"path\": \"{rows}\", \"prompt\": \"prompt\", \"completion\": \"completion\" }}");
    }
}
