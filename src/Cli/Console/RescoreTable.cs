using SafetyGate.Harness;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Rescoring;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>Effects of a changed scorer, as a table: baselines first, then the verdicts of stored runs.</summary>
internal static class RescoreTable
{
    private const int ShownItems = 8;

    public static void Write(GateOutput output, RescoringReport report, IReadOnlyList<string> received)
    {
        var table = new Table().Border(TableBorder.Markdown)
            .AddColumns("spec", "metric", "scorer", "rate", "rate now", "items that move", "note");
        foreach (var b in report.Baselines) table.AddRow([.. Row(b).Select(Cell.Of)]);
        VerdictTable.Print(output, table);
        foreach (var b in report.Baselines.Where(b => b.Metric.Changed.Count > 0))
            output.Out.WriteLine($"{b.Metric.Before.Metric}: {string.Join(", ", b.Metric.Changed.Take(ShownItems).Select(Words))}{More(b.Metric.Changed.Count)}");
        foreach (var b in report.Baselines.Where(b => b.Metric.Missing.Count > 0))
            output.Out.WriteLine($"missing in {b.Metric.Before.Metric}: {string.Join(", ", b.Metric.Missing.Take(ShownItems))}{More(b.Metric.Missing.Count)}");

        foreach (var b in report.Baselines.Where(b => b.Metric.Dropped.Count > 0))
            output.Out.WriteLine($"scores of people in {b.Metric.Before.Metric} that held for {b.Metric.Before.Scorer} {b.Metric.Before.ScorerVersion} alone, to be looked at again: {string.Join("; ", b.Metric.Dropped.Take(ShownItems).Select(one => $"{one.Item} by {one.Override.Who} ({one.Override.Why})"))}{More(b.Metric.Dropped.Count)}");

        output.Out.WriteLine();
        if (report.Verdicts.Count == 0) output.Out.WriteLine($"No stored run has responses to the benchmark of a baseline, so there is no verdict to move. Run the specs ('{GateCommandName.Test}'), or name another store with --store.");
        else VerdictTable.Print(output, Verdicts(report));
        foreach (var path in received) output.Out.WriteLine($"received  {path}");
        if (received.Count > 0) output.Out.WriteLine($"next      {GateCommandName.Text} approve --why \"…\", and commit the change with the scorer's");
    }

    private static Table Verdicts(RescoringReport report)
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumns("run", "metric", "verdict", "verdict now", "moved");
        foreach (var v in report.Verdicts)
            table.AddRow(Cell.Of(Invariant($"{v.Run.Name}, seed {v.Run.Seed}, {v.Run.Digest[..12]}")),
                Cell.Of(v.After.Claim.Metric), $"{v.Before.Verdict}", $"{v.After.Verdict}", v.Moved ? "MOVED" : "");
        return table;
    }

    private static string[] Row(RescoredBaseline b)
    {
        var m = b.Metric;
        var version = m.After is { } after && after.ScorerVersion != m.Before.ScorerVersion
            ? $"{m.Before.ScorerVersion} → {after.ScorerVersion}"
            : m.Before.ScorerVersion;
        return
        [
            b.Key.Spec, m.Before.Metric, $"{m.Before.Scorer} {version}", Share(m.RateBefore), m.RateAfter is { } rate ? Share(rate) : "",
            Moving(m), string.Join("; ", Notes(m)),
        ];
    }

    private static IEnumerable<string> Notes(RescoredMetric m)
    {
        if (m.Problem is { } problem) yield return "not scored again: " + problem;
        if (m.Dropped.Count > 0) yield return Invariant($"{m.Dropped.Count} scores of people dropped");
        else if (ScoreOverrides.Count(m.Before) is > 0 and var count) yield return Invariant($"{count} scores are a person's and hold");
    }

    private static string Moving(RescoredMetric metric) => metric switch
    {
        { Missing.Count: > 0 } => Invariant($"{metric.Changed.Count} of the {metric.Before.Items.Count - metric.Missing.Count} found"),
        { After: null } => "",
        _ => Invariant($"{metric.Changed.Count} of {metric.Before.Items.Count}"),
    };

    private static string Words(RescoredItem item) => $"{item.Id} {Scores(item.Before)} → {Scores(item.After)}";

    private static string Scores(IReadOnlyList<double?> scores) =>
        string.Join("/", scores.Select(s => s is { } value ? Invariant($"{value:0.###}") : "unscored"));

    private static string More(int count) => count > ShownItems ? Invariant($" and {count - ShownItems} more") : "";

    private static string Share(double rate) => Invariant($"{100 * rate:0.0#} %");
}
