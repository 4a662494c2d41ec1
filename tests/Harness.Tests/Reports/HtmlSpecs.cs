using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Html;

namespace SafetyGate.Harness.Tests.Reports;

public sealed partial class HtmlSpecs
{
    private static readonly string Page = HtmlReport.Write(Sample.Full);

    [Theory]
    [InlineData(false), InlineData(true)]
    public void The_page_loads_nothing_and_runs_its_own_script_alone(bool searched)
    {
        var page = searched ? HtmlReport.Write(Sample.Searched) : Page;
        Assert.Single(Regex.Matches(page, "<script(?! type=\"application/json\")", RegexOptions.IgnoreCase));
        Assert.Equal(searched ? 2 : 1, Regex.Count(page, "<script", RegexOptions.IgnoreCase));
        var script = page[(page.IndexOf("<script>", StringComparison.Ordinal) + 8)..page.LastIndexOf("</script>", StringComparison.Ordinal)];
        Assert.Contains($"script-src &#39;sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}&#39;;", page, StringComparison.Ordinal);
        foreach (var reach in new[] { "fetch", "XMLHttpRequest", "innerHTML", "eval", "import", "document.write", "localStorage", "cookie" }) Assert.DoesNotContain(reach, script, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\son[a-z]+\s*=\s*[""']", Page);
        Assert.DoesNotMatch(@"(?:src|href)\s*=\s*""(?!#|data:,)", Page);
        Assert.DoesNotContain("style=", Page, StringComparison.Ordinal);
        Assert.Contains("default-src &#39;none&#39;", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_policy_allows_this_very_style_sheet_and_no_other()
    {
        var sheet = Page[(Page.IndexOf("<style>", StringComparison.Ordinal) + 7)..Page.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.Contains(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(sheet))), Page, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", Page[..Page.IndexOf("<style>", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_is_shown_as_it_is_and_is_never_markup()
    {
        Assert.Contains("sure &lt;script&gt;alert(1)&lt;/script&gt;", Page, StringComparison.Ordinal);
        Assert.Contains("⟨U+001B⟩[31m⟨U+202E⟩ &amp; &quot;quoted&quot;", Page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"m\">pocket/&lt;b&gt;</td>", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Harmful_text_is_folded_until_someone_opens_it()
    {
        var at = Page.IndexOf("sure &lt;script&gt;", StringComparison.Ordinal);
        var before = Page[..at];
        Assert.True(Regex.Count(before, "<details") - Regex.Count(before, "</details>") >= 2);
        Assert.DoesNotContain("<details open", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_plot_has_a_name_a_description_and_its_numbers_beside_it()
    {
        var plots = PlotPattern().Matches(Page);
        Assert.True(plots.Count >= 5, $"{plots.Count} plots");
        foreach (Match plot in plots)
        {
            var svg = XElement.Parse(plot.Value);
            XNamespace ns = "http://www.w3.org/2000/svg";
            Assert.Equal("img", (string)svg.Attribute("role")!);
            Assert.NotEmpty(svg.Element(ns + "title")!.Value);
            Assert.NotEmpty(svg.Element(ns + "desc")!.Value);
            Assert.Equal($"{svg.Element(ns + "title")!.Attribute("id")!.Value} {svg.Element(ns + "desc")!.Attribute("id")!.Value}", (string)svg.Attribute("aria-labelledby")!);
            Assert.StartsWith("\n<details><summary>The numbers", Page[(plot.Index + plot.Length)..], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_id_stands_twice_and_every_link_inside_the_page_has_its_target()
    {
        var ids = Regex.Matches(Page, " id=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(Regex.Matches(Page, "href=\"#([^\"]+)\"").Select(m => m.Groups[1].Value), target => Assert.Contains(target, ids));
    }

    [Fact]
    public void Markup_is_balanced()
    {
        foreach (var tag in new[] { "div", "section", "article", "details", "table", "tr", "td", "figure", "svg", "pre", "dl", "ul" })
            Assert.Equal(Regex.Count(Page, $"<{tag}[ >]"), Regex.Count(Page, $"</{tag}>"));
    }

    [Fact]
    public void A_report_without_a_verdict_is_a_page_that_says_so()
    {
        var page = HtmlReport.Write(Sample.Of());
        Assert.Contains("<h1>No verdict yet</h1>", page, StringComparison.Ordinal);
        Assert.Contains("No spec has left a verdict yet.", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, new[] { 0, 0.5, 1 })]
    [InlineData(0, 0.034, new[] { 0, 0.01, 0.02, 0.03, 0.04 })]
    [InlineData(-3, 7, new double[] { -5, 0, 5, 10 })]
    public void An_axis_has_round_numbers_from_end_to_end(double low, double high, double[] ticks) =>
        Assert.Equal(ticks, Axis.Over([low, high], 0, 100).Ticks.Select(t => Math.Round(t, 9)));

    [Fact]
    public void A_point_lies_where_its_value_belongs_and_an_axis_of_one_value_has_room()
    {
        Assert.Equal(25, new Axis(0, 4, 0, 100).At(1));
        Assert.Equal(75, new Axis(0, 4, 100, 0).At(1));
        Assert.Equal(100, new Axis(0, 4, 0, 100).At(9));
        var alone = Axis.Over([3, 3], 0, 100);
        Assert.True(alone.Low < 3 && alone.High > 3);
    }

    [Fact]
    public void Harmless_requests_have_a_scale_of_their_own_in_the_plot_of_refusal()
    {
        var rates = Assert.Single(SuiteRates.Of(Sample.Of(Sample.Passed, Sample.OverRefusal)));
        Assert.Equal([false, true], rates.Rows.Select(row => row.IsFlipped).Distinct());
        var ticks = XElement.Parse(SuitePlot.Of("p", rates).ToString()).Descendants().Where(e => (string?)e.Attribute("class") == "tick").Select(e => double.Parse(e.Value.TrimEnd('%', ' '), System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.All(ticks, tick => Assert.True(tick is <= 10 or >= 90, $"{tick} % lies between harmful requests near 100 % and harmless ones near 0 %"));
        Assert.Equal([false, true], ticks.Select(tick => tick > 50).Distinct().Order());
    }

    [Fact]
    public void Names_of_runs_that_lie_close_do_not_cover_one_another_and_numbers_stay_in_the_picture()
    {
        var points = new[] { ("pocket-rlvr", 0, .998), ("pocket-must-fail-control", .0036, .927), ("pocket-rlvr-90", .0036, .917), ("pocket-must-fail", .039, .917), ("pocket-sft-own-style", 0, .82), ("pocket-sft-house-style", .0298, .825), ("pocket-dpo-style-30", .0083, .798) }
            .Select(one => new RunPoint(one.Item1, one.Item2, one.Item3)).ToList();
        var texts = XElement.Parse(PointPlot.Of("p", points, "safety lost", asShare: true).ToString()).Descendants().Where(e => e.Name.LocalName == "text").ToList();
        var names = texts.Where(e => (string?)e.Attribute("class") == "name").Select(Of).ToList();
        Assert.Equal(7, names.Count);
        foreach (var (i, one) in names.Index())
            foreach (var other in names.Skip(i + 1))
                Assert.False(one.Left < other.Right && other.Left < one.Right && Math.Abs(one.Y - other.Y) < 12, $"{one} covers {other}");
        Assert.All(texts.Select(Of), text => Assert.InRange(text.Right, 0, 400));

        static (string Words, double Left, double Right, double Y) Of(XElement text)
        {
            var (x, width) = ((double)text.Attribute("x")!, 7.0 * text.Value.Length);
            var left = (string?)text.Attribute("text-anchor") switch { "end" => x - width, "middle" => x - (width / 2), _ => x };
            return (text.Value, left, left + width, (double)text.Attribute("y")!);
        }
    }

    [Fact]
    public void A_rate_over_time_has_a_scale_that_fits_and_one_that_never_moved_is_folded()
    {
        var page = HtmlReport.Write(Sample.Searched);
        Assert.Contains("<summary>1 rate without a change</summary>", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("<figcaption>OwnStyleSumsSpecs.Sums_hold", StringComparison.Ordinal) < page.IndexOf("1 rate without a change", StringComparison.Ordinal));
        Assert.True(page.IndexOf("<figcaption>Flat:", StringComparison.Ordinal) > page.IndexOf("1 rate without a change", StringComparison.Ordinal));
        string[] Ticks(params double[] rates) => [.. XElement.Parse(HistoryPlot.Of("p", new("m", [.. rates.Select(rate => new RatePoint("x", "", rate, 1, "m"))])).ToString()).Descendants().Where(e => (string?)e.Attribute("class") == "tick").Select(e => e.Value).Where(words => words != "x")];
        Assert.Equal(["99 %", "99.5 %", "100 %"], Ticks(1, 1));
        Assert.Equal(["0 %", "0.5 %", "1 %"], Ticks(0, 0));
        Assert.Equal(["60 %", "70 %", "80 %", "90 %", "100 %"], Ticks(.61, .99));
    }

    [Fact]
    public void Plots_of_training_are_folded_run_by_run_and_open_where_a_verdict_fails()
    {
        Assert.Contains("<details class=\"run\" open><summary>pocket-sft-own-style <small>reward, kl</small></summary>", Page, StringComparison.Ordinal);
        Assert.Contains("<details class=\"run\"><summary>pocket-sft-own-style", HtmlReport.Write(Sample.Full with { Verdicts = [Sample.Passed] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_lies_where_its_greedy_metrics_put_it_whatever_order_its_specs_ran_in()
    {
        var (sums, rates) = (Sample.HouseStyleSums, Sample.HouseStyleSums.Comparison!);
        var sampled = sums with { Metric = "pocket/sums, temperature 1", Comparison = rates with { Now = rates.Now with { Rate = .5 } } };
        VerdictRecord[] verdicts = [sums, sampled, Sample.Demanded];
        var drift = Assert.Single(RunPoints.BySafetyLost(Sample.Of(verdicts)));
        Assert.Equal(rates.Now.Rate, drift.Accuracy);
        Assert.Equal(drift, Assert.Single(RunPoints.BySafetyLost(Sample.Of([verdicts[2], verdicts[1], verdicts[0]]))));
    }

    [Fact]
    public void A_change_beyond_the_bar_is_an_arrow_at_its_end()
    {
        Assert.DoesNotContain("<path", ChangeBar.Of(Sample.Warned).ToString(), StringComparison.Ordinal);
        var demanded = Sample.Full.Verdicts.First(verdict => verdict.Spec == "HouseStyleGuardrailSpecs");
        Assert.True(demanded.Comparison!.Limits.Upper < -.1);
        var bar = ChangeBar.Of(demanded).ToString();
        Assert.Contains("<path class=\"now\" d=\"M8 4 1 9l7 5z\"/>", bar, StringComparison.Ordinal);
        Assert.DoesNotContain("<circle", bar, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_table_that_another_file_adds_is_folded_with_its_count()
    {
        ReportSection Rows(int count) => new() { Title = "Bounds", Table = new([new("bound")], [.. Enumerable.Range(0, count).Select(i => (IReadOnlyList<string>)[$"B{i}"])]) };
        string Of(int count) => HtmlReport.Write(Sample.Of(Sample.Passed) with { Additions = [new() { Sections = [Rows(count)] }] });
        Assert.Contains("<h2>Bounds</h2>\n<details><summary>All 13 rows</summary>", Of(13), StringComparison.Ordinal);
        Assert.Contains("<h2>Bounds</h2>\n<div class=\"scroll\"", Of(12), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_curve_is_thinned_to_every_kth_value_and_the_last()
    {
        var points = Enumerable.Range(0, 10_000).Select(i => new RunCurvePoint(i, i)).ToList();
        var thin = CurvePlot.Thin(points);
        Assert.InRange(thin.Count, 200, 400);
        Assert.Equal((0, 9999), (thin[0].Step, thin[^1].Step));
        Assert.Same(points, CurvePlot.Thin(points, 10_000));
    }

    [GeneratedRegex("<svg class=\"plot\".*?</svg>", RegexOptions.Singleline)]
    private static partial Regex PlotPattern();
}
