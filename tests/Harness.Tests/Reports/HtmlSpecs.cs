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

    [Fact]
    public void The_page_loads_nothing_and_runs_its_own_script_alone()
    {
        Assert.Single(Regex.Matches(Page, "<script", RegexOptions.IgnoreCase));
        var script = Page[(Page.IndexOf("<script>", StringComparison.Ordinal) + 8)..Page.IndexOf("</script>", StringComparison.Ordinal)];
        Assert.Contains($"script-src &#39;sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}&#39;;", Page, StringComparison.Ordinal);
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
