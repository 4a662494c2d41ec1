using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>
/// The report as one page that needs nothing but itself: no network, no script. Folds are the browser's own, so a keyboard does;
/// light and dark follow the reader; plots are inline pictures with their numbers beside them.
/// </summary>
public static class HtmlReport
{
    /// <summary>The page, UTF-8, with <c>\n</c>.</summary>
    public static string Write(GateReport report)
    {
        var html = new HtmlText();
        Head(html, report);
        html.Markup("<main id=\"main\" class=\"wrap\">\n");
        html.Section(ReportSections.Changes(report), "changes", alert: report.Changes?.Any(c => c.Loosens) == true);
        if (ReportSections.Gaps(report) is { } gaps) html.Section(gaps, "missing", alert: true);
        var numbered = ReportSections.InOrder(report).Select((verdict, i) => (Verdict: verdict, Number: i + 1)).ToList();
        Verdicts(html, report, numbered);
        Words(html, numbered);
        Plots(html, report);
        foreach (var (i, section) in report.Additions.SelectMany(addition => addition.Sections).Index())
            html.Section(section, Invariant($"more{i + 1}"));
        html.Markup("</main>\n<footer class=\"wrap\">SafetyGate report. It loads nothing and sends nothing. Responses are shown as the models gave them.</footer>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void Head(HtmlText html, GateReport report)
    {
        html.Add($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{HtmlStyle.Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <link rel="icon" href="data:,">
            <title>SafetyGate: {report.Headline}</title>

            """);
        html.Markup("<style>").Markup(HtmlStyle.Sheet)
            .Markup("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n");
        html.Markup("<header><div class=\"wrap\"><div class=\"brand\"><b>SafetyGate</b><nav aria-label=\"Sections\"><a href=\"#changes\">Changes</a><a href=\"#verdicts\">Verdicts</a>");
        if (report.Verdicts.Any(Shown.NeedsWords)) html.Markup("<a href=\"#words\">Details</a>");
        if (HasPlots(report)) html.Markup("<a href=\"#plots\">Plots</a>");
        html.Add($"</nav></div>\n<h1>{report.Headline}</h1>\n");
        if (report.Run is { } run) html.Add($"<p>{run}</p>\n");
        html.Markup("<ul class=\"tiles\">");
        var (failing, warned) = (report.Failing.Count(), report.Warned.Count());
        Tile(html, "bad", failing, failing == 1 ? "fails" : "fail");
        Tile(html, "warn", warned, warned == 1 ? "warns" : "warn");
        Tile(html, "good", report.Verdicts.Count - failing - warned, "hold");
        if (report.Missing.Count > 0) Tile(html, "bad", report.Missing.Count, "left no verdict");
        html.Markup("</ul></div></header>\n");
    }

    private static void Tile(HtmlText html, string tone, int count, string words) =>
        html.Add($"<li class=\"{(count > 0 ? tone : "none")}\"><b>{count}</b> {words}</li>");

    private static void Verdicts(HtmlText html, GateReport report, IReadOnlyList<(VerdictRecord Verdict, int Number)> numbered)
    {
        var section = ReportSections.Verdicts(report);
        html.Add($"<section id=\"verdicts\"><h2>{section.Title}</h2>\n").Notes(section.Notes);
        if (section.Table is not null)
        {
            html.Open(ReportSections.VerdictColumns, section.Title);
            foreach (var (verdict, number) in numbered) Row(html, verdict, number);
            html.Close();
        }

        html.Markup("</section>\n");
    }

    private static void Row(HtmlText html, VerdictRecord verdict, int number)
    {
        var cells = ReportSections.Row(verdict);
        html.Markup("<tr>");
        for (var i = 0; i < cells.Count; i++)
        {
            var column = ReportSections.VerdictColumns[i];
            html.Add($"<td class=\"{HtmlTable.Style(column, "")}\">");
            if (i == cells.Count - 1) html.Add($"<span class=\"chip {VerdictHtml.Tone(verdict)}\">{cells[i]}</span>");
            else if (column.Title == "metric" && Shown.NeedsWords(verdict)) html.Add($"<a href=\"#v{number}\">{cells[i]}</a>");
            else html.Add($"{cells[i]}");
            if (column.Title == "Δ (interval)") html.Add(ChangeBar.Of(verdict));
            html.Markup("</td>");
        }

        html.Markup("</tr>\n");
    }

    private static void Words(HtmlText html, IReadOnlyList<(VerdictRecord Verdict, int Number)> numbered)
    {
        var telling = numbered.Where(n => Shown.NeedsWords(n.Verdict)).ToList();
        if (telling.Count == 0) return;
        html.Markup("<section id=\"words\"><h2>What broke, and what to do</h2>\n");
        foreach (var (verdict, number) in telling) html.Verdict(verdict, number);
        html.Markup("</section>\n");
    }

    private static bool HasPlots(GateReport report) => SuiteRates.Of(report).Count > 0 || report.Runs.Count > 0;

    private static void Plots(HtmlText html, GateReport report)
    {
        if (!HasPlots(report)) return;
        html.Markup("<section id=\"plots\"><h2>Refusal by suite</h2>\n<p class=\"note\">Share of harmful requests not complied with, and of harmless ones refused; intervals drawn by Clopper–Pearson (Gaffke over behaviors), Wilson's beside them in the numbers.</p>\n<div class=\"plots\">\n");
        var suites = SuiteRates.Of(report);
        for (var i = 0; i < suites.Count; i++)
            Figure(html, suites[i].Title, SuitePlot.Of(Invariant($"suites{i + 1}"), suites[i]), ReportSections.Suites(suites[i]).Table!);
        html.Markup("</div></section>\n");
        Drift(html, report);
        if (report.Runs.Count == 0) return;
        html.Markup("<section id=\"training\"><h2>Training</h2>\n<div class=\"plots\">\n");
        var drawn = 0;
        foreach (var run in report.Runs)
            foreach (var curve in run.Curves) Curve(html, run, curve, Invariant($"curve{++drawn}"));
        html.Markup("</div></section>\n");
    }

    private static void Curve(HtmlText html, RunCurves run, RunCurve curve, string id)
    {
        var title = $"{run.Run}: {curve.Metric}" + (curve.NotFinite > 0 ? Invariant($" ({curve.NotFinite} {(curve.NotFinite == 1 ? "value is" : "values are")} not finite and not drawn)") : "");
        if (curve.Points.Count == 0)
        {
            html.Add($"<figure><figcaption>{title}</figcaption></figure>\n");
            return;
        }

        var rows = CurvePlot.Thin(curve.Points, 12).Select(p => (IReadOnlyList<string>)[Invariant($"{p.Step}"), Invariant($"{p.Value:G5}")])
            .ToList();
        Figure(html, title, CurvePlot.Of(id, run.Run, curve), new([new("step", true), new(curve.Metric, true)], rows));
    }

    private static void Drift(HtmlText html, GateReport report)
    {
        var plots = new[] { (Points: RunPoints.ByKl(report), Across: "KL on the safety prompts, nats", AsShare: false), (Points: RunPoints.BySafetyLost(report), Across: "safety lost to tuning, points", AsShare: true) }.Where(p => p.Points.Count > 0).ToList();
        if (plots.Count == 0) return;
        html.Markup("<section id=\"drift\"><h2>Accuracy against drift</h2>\n<div class=\"plots\">\n");
        for (var i = 0; i < plots.Count; i++)
        {
            var (points, across, asShare) = plots[i];
            var rows = points.Select(p => (IReadOnlyList<string>)[p.Run, Invariant($"{(asShare ? 100 * p.Drift : p.Drift):0.####}"), Shown.Percent(p.Accuracy)]).ToList();
            Figure(html, across, PointPlot.Of(Invariant($"drift{i + 1}"), points, across, asShare),
                new([new("run"), new(across, true), new("accuracy", true)], rows));
        }

        html.Markup("</div></section>\n");
    }

    private static void Figure(HtmlText html, string caption, HtmlText picture, ReportTable numbers)
    {
        html.Add($"<figure><figcaption>{caption}</figcaption>\n").Add(picture);
        html.Markup("<details><summary>The numbers</summary><div class=\"in\">\n").Table(numbers, caption)
            .Markup("</div></details></figure>\n");
    }
}
