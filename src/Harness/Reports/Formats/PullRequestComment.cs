using System.Text;

namespace SafetyGate.Harness.Reports.Formats;

/// <summary>
/// The report as a comment of a pull request: what a reviewer needs to know first, without responses, short enough for GitHub's limit.
/// </summary>
public static class PullRequestComment
{
    // GitHub takes 65,536 characters; a link is added behind it.
    private const int Longest = 60_000, ShownFailures = 12, ShownRows = 20;

    /// <summary>The text, with <c>\n</c>.</summary>
    public static string Write(GateReport report)
    {
        var text = new StringBuilder();
        text.Append(Invariant($"### {(report.IsGreen ? "✔" : report.Failing.Any() ? "✘" : "△")} {MarkdownText.Inline(report.Headline)}\n\n"));
        if (report.Run is { } run) text.Append(MarkdownText.Inline(run)).Append("\n\n");
        foreach (var refusal in report.Refusals.Take(ShownRows)) text.Append("- ").Append(MarkdownText.Inline(refusal)).Append('\n');
        foreach (var note in ReportSections.Changes(report).Notes) text.Append("- ").Append(MarkdownText.Inline(note)).Append('\n');
        foreach (var problem in report.Problems.Concat(report.CutOff).Take(ShownRows)) text.Append("- ").Append(MarkdownText.Inline(problem)).Append('\n');
        text.Append('\n');
        var telling = ReportSections.InOrder(report).Where(verdict => verdict.Fails || Shown.IsWarning(verdict)).ToList();
        if (telling.Count > 0)
            text.Append(MarkdownText.Section(new() { Title = "What broke", Table = new(ReportSections.VerdictColumns, [.. telling.Take(ShownRows).Select(v => ReportSections.Row(v, brief: true))]) }, 4));
        foreach (var verdict in telling.Take(ShownFailures)) text.Append("- ").Append(MarkdownText.Inline(verdict.Headline)).Append('\n');
        if (telling.Count > ShownFailures) text.Append(Invariant($"- and {telling.Count - ShownFailures} more\n"));
        if (ReportSections.Recipe(report) is { } recipe && text.Length < Longest / 2)
            text.Append("\n<details><summary>").Append(MarkdownText.Inline(recipe.Title)).Append("</summary>\n\n").Append(MarkdownText.Section(recipe with { Table = recipe.Table is { } table ? new(table.Columns, [.. table.Rows.Take(ShownRows)]) : null }, 4)).Append("</details>\n");
        if (ReportSections.Overrides(report) is { } people && text.Length < Longest / 2)
            text.Append("\n<details><summary>").Append(MarkdownText.Inline(people.Title)).Append("</summary>\n\n").Append(MarkdownText.Section(people with { Table = new(people.Table!.Columns, [.. people.Table.Rows.Take(ShownRows)]) }, 4)).Append("</details>\n");
        var passed = report.Verdicts.Count - telling.Count;
        text.Append(Invariant($"\n{passed} of {report.Verdicts.Count} {(report.Verdicts.Count == 1 ? "verdict" : "verdicts")} {(passed == 1 ? "holds" : "hold")}.\n"));
        if (report.Missing.Count > 0) text.Append(Invariant($"\n{report.Missing.Count} listed {(report.Missing.Count == 1 ? "spec" : "specs")} left no verdict.\n"));
        return text.Length <= Longest ? text.ToString() : text.ToString(0, Longest) + "\n\n… cut; the page has the rest.\n";
    }
}
