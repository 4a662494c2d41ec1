using SafetyGate.Harness.Gates;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>Verdicts as a table, then the message of each that does not pass or has scores of people.</summary>
internal static class VerdictTable
{
    public static void Write(GateOutput output, IReadOnlyList<Decision> outcomes)
    {
        var table = new Table().Border(TableBorder.Markdown)
            .AddColumns("metric", "approved", "now", "Δ, points", "90 % interval", "verdict");
        foreach (var outcome in outcomes) table.AddRow(Row(outcome));
        Print(output, table);
        foreach (var outcome in outcomes.Where(outcome => outcome.Verdict != Verdict.Passed || OverriddenScores.Of(outcome) is not null))
        {
            output.Out.WriteLine();
            output.Out.WriteLine(outcome.Message);
        }
    }

    /// <summary>Writes a table at a width that does not depend on the terminal, so that logs read like screens.</summary>
    public static void Print(GateOutput output, Table table)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 200;
        console.Write(table);
        foreach (var line in text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0))
            output.Out.WriteLine(line);
    }

    private static string[] Row(Decision outcome)
    {
        var name = Cell.Of(outcome.Claim.Metric);
        var verdict = $"{outcome.Verdict}";
        if (outcome.Paired is not { } paired) return [name, "", "", "", "", verdict];
        return
        [
            name,
            Points(paired.Comparison.ApprovedRate),
            Points(paired.Comparison.NowRate),
            Invariant($"{paired.Comparison.Difference * 100:+0.0;-0.0;0.0}"),
            Invariant($"{paired.Limits.Lower * 100:+0.0;-0.0;0.0} to {paired.Limits.Upper * 100:+0.0;-0.0;0.0}"),
            verdict,
        ];
    }

    private static string Points(double rate) => Invariant($"{rate * 100:0.0} %");
}
