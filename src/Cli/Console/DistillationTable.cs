using SafetyGate.Analysis.Curation;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>A distillation for people.</summary>
internal static class DistillationTable
{
    public static void Write(GateOutput output, DistillationReport report)
    {
        output.Out.WriteLine($"teachers, by what the student gains on the selection split");
        var teachers = new Table().Border(TableBorder.Markdown).AddColumns("teacher", "right itself", "rows", "gain", "95 % interval", "each seed");
        foreach (var one in report.Teachers)
            teachers.AddRow([.. new[] { one.Name, Percent(one.OwnRate), Invariant($"{one.Rows}"), Points(one.Gain), $"{Points(one.Lower)} to {Points(one.Upper)}", string.Join(", ", one.BySeed.Select(Points)) }.Select(Cell.Of)]);
        VerdictTable.Print(output, teachers);
        output.Out.WriteLine($"answers   {report.Trajectories} of '{report.Teachers[0].Name}': {Drops(report.DroppedTrajectories)}");
        output.Out.WriteLine($"questions {report.Questions}: {Drops(report.DroppedQuestions)}");
        output.Out.WriteLine($"curated   {report.Rows} rows, the farthest apart ({report.ExactSubsets} questions by all subsets, {report.GreedySubsets} one by one)");
        var rates = new Table().Border(TableBorder.Markdown).AddColumns("measured", "items", "student", "taught", "change, 95 % interval");
        foreach (var rate in report.Rates)
            rates.AddRow([.. new[] { rate.Name, Invariant($"{rate.Items}"), Percent(rate.Before), Percent(rate.After), $"{Points(rate.After - rate.Before)} ({Points(rate.Lower)} to {Points(rate.Upper)})" }.Select(Cell.Of)]);
        VerdictTable.Print(output, rates);
        if (report.SafetyKl is { } kl) output.Out.WriteLine($"KL        {kl:0.####} nats a response on the safety prompts");
    }

    private static string Drops(IReadOnlyList<CountedDrop> drops) => drops.Count == 0 ? "none left out" : string.Join(", ", drops.Select(drop => Invariant($"{drop.Count} {drop.Reason}"))) + " left out";

    private static string Percent(double rate) => Invariant($"{100 * rate:0.0} %");

    private static string Points(double rate) => Invariant($"{100 * rate:+0.0;-0.0;0.0}");
}
