using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>
/// The report as one page that needs nothing but itself: no network. Folds are the browser's own, so a keyboard does; light and dark follow
/// the reader; plots are inline pictures with their numbers beside them. A script adds search and filter over all items; without it the page
/// says so and shows everything else.
/// </summary>
public static class HtmlReport
{
    private const int LongestTable = 12; // of what other files of the folder add
    private const double SameRate = 1e-6; // results keep six digits

    /// <summary>The page, UTF-8, with <c>\n</c>.</summary>
    public static string Write(GateReport report)
    {
        var html = new HtmlText();
        Head(html, report);
        html.Markup("<main id=\"main\" class=\"wrap\">\n");
        var changes = ReportSections.Changes(report);
        if (report.RecipeChanges.Count > 0) changes = changes with { Notes = [.. changes.Notes.Skip(1)] }; // the first one stands in the head
        if (ReportSections.Refused(report) is { } refused) html.Section(refused, "refused", alert: true);
        html.Section(changes, "changes", alert: report.Changes?.Any(c => c.Loosens) == true);
        if (ReportSections.Recipe(report) is { } recipe) html.Section(recipe, "recipe", alert: true);
        if (ReportSections.Gaps(report) is { } gaps) html.Section(gaps, "missing", alert: true);
        var numbered = ReportSections.InOrder(report).Select((verdict, i) => (Verdict: verdict, Number: i + 1)).ToList();
        Verdicts(html, report, numbered);
        if (ReportSections.Overrides(report) is { } people)
            html.Add($"<section id=\"people\" class=\"{(report.Verdicts.Any(verdict => verdict.Overrides?.Otherwise is not null) ? "alert" : "plain")}\"><details><summary>{people.Title}</summary><div class=\"in\">\n").Notes(people.Notes).Table(people.Table!, people.Title).Markup("</div></details></section>\n");
        if (ReportSections.Missing(report) is { } missing)
            html.Add($"<section id=\"missing-specs\" class=\"plain\"><details><summary>{missing.Title}</summary><div class=\"in\">\n").Table(missing.Table!, missing.Title).Markup("</div></details></section>\n");
        Words(html, numbered, searched: report.Items is null);
        if (report.Items is { } items) html.Items(items);
        Plots(html, report);
        History(html, report);
        foreach (var (i, section) in report.Additions.SelectMany(addition => addition.Sections).Index())
            html.Section(section, Invariant($"more{i + 1}"), longest: LongestTable);
        html.Markup("</main>\n<footer class=\"wrap\">SafetyGate report. It loads nothing and sends nothing. Responses are shown as the models gave them.</footer>\n<script>")
            .Markup(HtmlScript.Text).Markup("</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>The drift of one run by itself: reward, safety by suite, KL, and each bound with its premise.</summary>
    public static string Drift(RunDrift drift) =>
        HtmlPage.Write(Invariant($"Drift of {drift.Recipe}, seed {drift.Seed}"), [], RunDriftTables.Of(drift));

    private static void Head(HtmlText html, GateReport report)
    {
        html.Opening(report.Headline, "report");
        html.Markup("<header><div class=\"wrap\"><div class=\"brand\"><b>SafetyGate</b><nav aria-label=\"Sections\"><a href=\"#changes\">Changes</a><a href=\"#verdicts\">Verdicts</a>");
        if (report.Verdicts.Any(Shown.NeedsWords)) html.Markup("<a href=\"#words\">Details</a>");
        if (report.Items is not null) html.Markup("<a href=\"#items\">Items</a>");
        if (HasPlots(report)) html.Markup("<a href=\"#plots\">Plots</a>");
        html.Add($"</nav></div>\n<h1>{report.Headline}</h1>\n");
        Facts(html, report);
        html.Markup("<ul class=\"tiles\">");
        var (failing, warned) = (report.Failing.Count(), report.Warned.Count());
        Tile(html, "bad", failing, failing == 1 ? "fails" : "fail");
        Tile(html, "warn", warned, warned == 1 ? "warns" : "warn");
        Tile(html, "good", report.Verdicts.Count - failing - warned, "hold");
        if (report.Missing.Count > 0) Tile(html, "bad", report.Missing.Count, "left no verdict");
        html.Markup("</ul></div></header>\n");
    }

    // Which run it is: what a reviewer compares with the pull request.
    private static void Facts(HtmlText html, GateReport report)
    {
        var runs = report.Verdicts.Select(verdict => verdict.TestRun).OfType<TestRun>().ToList();
        if (runs.Count > 0)
        {
            html.Markup("<ul class=\"facts\">");
            html.Add($"<li><b>{string.Join(", ", runs.Select(run => run.Sources).Distinct(StringComparer.Ordinal))}</b></li><li>test run {runs[0].Id}</li>");
            html.Add($"<li>{Invariant($"{runs.Min(run => run.Time).UtcDateTime:yyyy-MM-dd HH:mm} UTC")}</li>");
            foreach (var link in runs.Select(run => run.Link).OfType<string>().Where(TestRunLink.IsSafe).Distinct(StringComparer.Ordinal).Take(3))
                html.Add($"<li><a href=\"{link}\" rel=\"noreferrer\">the CI's run</a></li>");
            html.Markup("</ul>\n");
        }

        if (report.OfOtherRuns > 0) html.Add($"<p class=\"note\">{report.OfOtherRuns} verdicts of other runs in the same folder are not shown.</p>\n");
        if (report.RecipeChanges.Count > 0) html.Add($"<p><b>{ReportSections.Changes(report).Notes[0]}</b></p>\n");
    }

    private static void History(HtmlText html, GateReport report)
    {
        if (report.History.Count == 0) return;
        var groups = report.History.Index().ToLookup(one => one.Item.Points.Max(point => point.Rate) - one.Item.Points.Min(point => point.Rate) > SameRate);
        html.Markup("<section id=\"history\"><h2>History</h2>\n<p class=\"note\">Rates of the approved results by the commit that approved them, and of earlier results that were given; oldest first.</p>\n");
        Rates(html, groups[true]);
        if (groups[false].Any())
        {
            var same = groups[false].Count();
            html.Add($"<details><summary>{same} {(same == 1 ? "rate" : "rates")} without a change</summary><div class=\"in\">\n");
            Rates(html, groups[false]);
            html.Markup("</div></details>\n");
        }

        html.Markup("</section>\n");
    }

    private static void Rates(HtmlText html, IEnumerable<(int Index, RateHistory History)> rates)
    {
        html.Markup("<div class=\"plots\">\n");
        foreach (var (i, history) in rates)
        {
            var table = ReportSections.History(history).Table!;
            if (history.Points.Count > 1) Figure(html, history.Metric, HistoryPlot.Of(Invariant($"history{i + 1}"), history), table);
            else html.Add($"<figure><figcaption>{history.Metric}</figcaption>\n").Table(table, history.Metric).Markup("</figure>\n");
        }

        html.Markup("</div>\n");
    }

    private static void Tile(HtmlText html, string tone, int count, string words) =>
        html.Add($"<li class=\"{(count > 0 ? tone : "none")}\"><b>{count}</b> {words}</li>");

    private const string BriefNote = "Rates with Clopper–Pearson intervals (Gaffke's over behaviors); Wilson's and the rate corrected for the scorer's errors are in the details. Δ in points with the interval of the paired comparison that decides; unscored responses count against the model.";

    private static void Verdicts(HtmlText html, GateReport report, IReadOnlyList<(VerdictRecord Verdict, int Number)> numbered)
    {
        var section = ReportSections.Verdicts(report);
        html.Add($"<section id=\"verdicts\"><h2>{section.Title}</h2>\n").Notes(report.Verdicts.Count == 0 ? section.Notes : [BriefNote]);
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
        var cells = ReportSections.Row(verdict, brief: true);
        html.Markup("<tr>");
        for (var i = 0; i < cells.Count; i++)
        {
            var column = ReportSections.VerdictColumns[i];
            var last = i == cells.Count - 1;
            var style = HtmlTable.Style(column, "") + (last ? " v" : column.Title == "Δ (interval)" ? " d" : "");
            if (last || cells[i].Length == 0) html.Add($"<td class=\"{style}\">");
            else html.Add($"<td class=\"{style}\" data-label=\"{column.Title}\">");
            if (last) html.Add($"<span class=\"chip {VerdictHtml.Tone(verdict)}\">{cells[i]}</span>");
            else if (column.Title == "metric" && Shown.NeedsWords(verdict)) html.Add($"<a href=\"#v{number}\">{cells[i]}</a>");
            else html.Add($"{cells[i]}");
            if (column.Title == "Δ (interval)" && cells[i].Length > 0) html.Add(ChangeBar.Of(verdict));
            html.Markup("</td>");
        }

        html.Markup("</tr>\n");
    }

    private static void Words(HtmlText html, IReadOnlyList<(VerdictRecord Verdict, int Number)> numbered, bool searched)
    {
        var telling = numbered.Where(n => Shown.NeedsWords(n.Verdict)).ToList();
        if (telling.Count == 0) return;
        html.Markup("<section id=\"words\"><h2>What broke, and what to do</h2>\n");
        if (searched && telling.Any(n => n.Verdict.Flipped.Count > 0))
            html.Markup("<div id=\"search\" class=\"find\" role=\"search\" hidden><label for=\"search-words\">Search flipped items</label><input id=\"search-words\" type=\"search\" placeholder=\"id, category, prompt or response\"><select id=\"search-kind\" aria-label=\"Kind\"><option value=\"\">lost and gained</option><option value=\"lost\">lost</option><option value=\"gained\">gained</option></select><output id=\"search-found\"></output></div>\n");
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
        html.Markup("<section id=\"training\"><h2>Training</h2>\n");
        var failing = report.Failing.Select(verdict => verdict.Run?.Digest).ToHashSet(StringComparer.Ordinal);
        var drawn = 0;
        foreach (var run in report.Runs.OrderByDescending(run => failing.Contains(run.Digest)))
        {
            html.Markup(failing.Contains(run.Digest) ? "<details class=\"run\" open>" : "<details class=\"run\">");
            html.Add($"<summary>{run.Run} <small>{string.Join(", ", run.Curves.Select(curve => curve.Metric))}</small></summary><div class=\"in\"><div class=\"plots\">\n");
            foreach (var curve in run.Curves) Curve(html, run, curve, Invariant($"curve{++drawn}"));
            html.Markup("</div></div></details>\n");
        }

        html.Markup("</section>\n");
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
