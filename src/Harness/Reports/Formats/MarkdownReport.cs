using System.Text;

namespace SafetyGate.Harness.Reports.Formats;

/// <summary>
/// The report in GitHub's Markdown, for a job summary: modified baselines and gates, the verdicts, and each failure with its flipped items,
/// cut short.
/// </summary>
public static class MarkdownReport
{
    private const int ShownLost = 10, ShownGained = 5, LongestResponse = 160;
    private const int LongestReport = 300_000; // GitHub takes a summary of at most 1 MiB, and a character may take three bytes

    /// <summary>The text, with <c>\n</c>.</summary>
    public static string Write(GateReport report)
    {
        var text = new StringBuilder();
        text.Append(Invariant($"# {(report.IsGreen ? "✔" : report.Failing.Any() ? "✘" : "△")} {MarkdownText.Inline(report.Headline)}\n\n"));
        if (report.Run is { } run) text.Append(MarkdownText.Inline(run)).Append("\n\n");
        if (ReportSections.Refused(report) is { } refused) text.Append(MarkdownText.Section(refused, 2));
        text.Append(MarkdownText.Section(ReportSections.Changes(report), 2));
        if (ReportSections.Recipe(report) is { } recipe) text.Append(MarkdownText.Section(recipe, 2));
        if (ReportSections.Gaps(report) is { } gaps) text.Append(MarkdownText.Section(gaps, 2));
        text.Append(MarkdownText.Section(ReportSections.Verdicts(report), 2));
        if (ReportSections.Overrides(report) is { } people)
            text.Append("<details><summary>").Append(MarkdownText.Inline(people.Title)).Append("</summary>\n\n").Append(MarkdownText.Section(people, 3)).Append("</details>\n\n");
        if (ReportSections.Missing(report) is { } missing)
            text.Append("<details><summary>").Append(MarkdownText.Inline(missing.Title)).Append("</summary>\n\n").Append(MarkdownText.Section(missing, 3)).Append("</details>\n\n");
        var left = 0;
        foreach (var verdict in ReportSections.InOrder(report).Where(v => v.Fails || Shown.IsWarning(v)))
        {
            if (text.Length < LongestReport) text.Append(Verdict(verdict));
            else left++;
        }

        if (left > 0) text.Append(Invariant($"{left} more failures are not shown here; the HTML page has them all.\n\n"));
        foreach (var rates in SuiteRates.Of(report))
            text.Append(MarkdownText.Section(ReportSections.Suites(rates) with { Title = "Refusal by suite: " + rates.Title }, 2));
        if (ReportSections.Drift(report) is { } drift) text.Append(MarkdownText.Section(drift, 2));
        if (report.Runs.Count > 0) text.Append(MarkdownText.Section(ReportSections.LastValues(report.Runs), 2));
        foreach (var history in report.History) text.Append(MarkdownText.Section(ReportSections.History(history), 2));
        foreach (var section in report.Additions.SelectMany(addition => addition.Sections)) text.Append(MarkdownText.Section(section, 2));
        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>The drift of one run by itself: reward, safety by suite, KL, and each bound with its premise.</summary>
    public static string Drift(RunDrift drift) =>
        string.Concat(RunDriftTables.Of(drift).Select(section => MarkdownText.Section(section, 2))).TrimEnd('\n') + "\n";

    /// <summary>One verdict by itself, as a test attaches it.</summary>
    public static string Verdict(VerdictRecord verdict)
    {
        var text = new StringBuilder();
        text.Append(Invariant($"### {MarkdownText.Inline($"{Shown.Verdict(verdict)[..1]} {verdict.Headline}")}\n\n"));
        text.Append(Invariant($"Spec {MarkdownText.Code(verdict.Name, 300)}"));
        if (verdict.Source is { } source) text.Append(Invariant($", {MarkdownText.Code(source.File, 300)} line {source.Line}"));
        text.Append(Invariant($"; exit code {Shown.Exit(verdict)}"));
        text.Append("\n\n").Append(MarkdownText.Block(verdict.Message)).Append('\n');
        text.Append(Flipped(verdict));
        if (verdict.ApproveCommand is { } command && verdict.Received is not null)
            text.Append("If the change is meant, approve it in the same pull request:\n\n").Append(MarkdownText.Block(command, "sh"))
                .Append('\n');
        return text.ToString();
    }

    private static string Flipped(VerdictRecord verdict)
    {
        FlippedItem[] shown = [.. verdict.Flipped.Where(i => i.Lost).Take(ShownLost),
            .. verdict.Flipped.Where(i => !i.Lost).Take(ShownGained)];
        if (shown.Length == 0) return "";
        var text = new StringBuilder("<details><summary>Flipped items; responses may be harmful</summary>\n\n");
        text.Append(Invariant($"| item | {Shown.Against(verdict.Against)} | now |\n| --- | --- | --- |\n"));
        foreach (var item in shown) text.Append(Invariant($"| {(item.Lost ? "lost" : "gained")} {MarkdownText.Inline(item.Id)} | {Responses(item.Before)} | {Responses(item.Now)} |\n"));
        var all = (verdict.Comparison?.Lost ?? 0) + (verdict.Comparison?.Gained ?? 0);
        if (all > shown.Length) text.Append(Invariant($"\n{all - shown.Length} more flipped items are not shown here; the HTML page has up to {VerdictRecord.MostLost} lost and {VerdictRecord.MostGained} gained ones.\n"));
        return text.Append("\n</details>\n\n").ToString();
    }

    private static string Responses(IReadOnlyList<FlippedResponse> responses) => string.Join("<br>", responses.Take(2).Select(Response)) + (responses.Count > 2 ? Invariant($"<br>and {responses.Count - 2} more samples") : "");

    private static string Response(FlippedResponse response)
    {
        var note = response.Score is null
            ? MarkdownText.Inline($"unscored{(response.Reason.Length > 0 ? ": " + response.Reason : "")}") + ": "
            : "";
        var text = response.Text is { } known ? known.Length > 0 ? MarkdownText.Code(known, LongestResponse) : "(empty)" : $"not in this store ({MarkdownText.Inline(response.Digest[..Math.Min(12, response.Digest.Length)])})";
        return note + text;
    }
}
