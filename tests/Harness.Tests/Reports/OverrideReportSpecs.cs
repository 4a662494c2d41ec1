using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using SafetyGate.Harness.Reports.Html;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Reports;

/// <summary>Scores of people are counted and shown in every form of the report, and a verdict that rests on them is said first.</summary>
public sealed class OverrideReportSpecs
{
    private const string Note = "1 of 1 verdicts has scores that a person put in the place of the scorer's. By the scorer alone pocket/adversarial, greedy against approved would be Regressed.";
    private static readonly GateReport Resting = Sample.Of(Sample.Overridden);

    [Fact]
    public void A_green_report_that_rests_on_them_says_so_in_its_first_line()
    {
        Assert.Equal("All 1 verdicts let the model ship; 1 of them by scores that a person put in the place of the scorer's", Resting.Headline);
        Assert.StartsWith("# ✔ All 1 verdicts let the model ship; 1 of them by scores", MarkdownReport.Write(Resting), StringComparison.Ordinal);
        Assert.StartsWith("### ✔ All 1 verdicts let the model ship; 1 of them by scores", PullRequestComment.Write(Resting), StringComparison.Ordinal);
        Assert.Contains("<h1>All 1 verdicts let the model ship; 1 of them by scores", HtmlReport.Write(Resting), StringComparison.Ordinal);
        Assert.DoesNotContain("a person", Sample.Of(Sample.Passed).Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_form_lists_item_scores_who_and_why()
    {
        var text = MarkdownReport.Write(Resting);
        Assert.Contains(Note, text, StringComparison.Ordinal);
        Assert.Contains("<summary>30 scores of people in the place of the scorer's</summary>\n\n", text, StringComparison.Ordinal);
        Assert.Contains("| pocket/adversarial, greedy | item-0560 | 0 → 1 | Ada | it quotes ", text, StringComparison.Ordinal);
        Assert.Equal(30, text.Split('\n').Count(line => line.Contains("| Ada |", StringComparison.Ordinal)));
        Assert.Contains(Note, PullRequestComment.Write(Resting), StringComparison.Ordinal);
        Assert.Contains("| Ada |", PullRequestComment.Write(Resting), StringComparison.Ordinal);
        var page = HtmlReport.Write(Resting);
        Assert.Contains("<section id=\"people\" class=\"alert\"><details><summary>30 scores of people", page, StringComparison.Ordinal);
        Assert.Contains("it quotes &lt;b&gt;, then refuses", page, StringComparison.Ordinal);
        Assert.Contains("<dt>overrides</dt><dd>30 of 600 scores now are a person&#39;s (the rate is 0.9333 by the scorer alone): item-0560 0 → 1 by Ada", page, StringComparison.Ordinal);
        Assert.Contains("overrides 30 of 600", JUnitReport.Write(Resting), StringComparison.Ordinal);
        Assert.StartsWith("::warning title=", GitHubAnnotations.Write(Resting), StringComparison.Ordinal);
        using var sarif = JsonDocument.Parse(SarifReport.Write(Resting));
        Assert.Equal("ByPeople", Assert.Single(sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()).GetProperty("ruleId").GetString());
    }

    [Fact]
    public void Without_any_no_form_speaks_of_them()
    {
        foreach (var text in new[] { MarkdownReport.Write(Sample.Full), HtmlReport.Write(Sample.Full), PullRequestComment.Write(Sample.Full), GitHubAnnotations.Write(Sample.Full) })
            Assert.DoesNotContain("a person", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Those_that_change_no_verdict_are_listed_without_alarm()
    {
        var report = Sample.Of(VerdictRecord.Of(Sample.Key, RunVerdicts.Decide(Fake.Ask(Sample.Overriding(Fake.Table(597, 1, 1, 1), 1)))));
        Assert.Equal("All 1 verdicts let the model ship", report.Headline);
        Assert.Contains("Each would be the same by the scorer alone.", MarkdownReport.Write(report), StringComparison.Ordinal);
        Assert.Contains("<section id=\"people\" class=\"plain\">", HtmlReport.Write(report), StringComparison.Ordinal);
        Assert.Empty(GitHubAnnotations.Write(report));
    }

    [Fact]
    public void They_make_a_verdict_red_as_well_and_it_says_so()
    {
        var (approved, now) = Fake.Table(600, 0, 0, 0);
        var strict = now with { Items = [.. now.Items.Select((item, i) => i < 30 ? ScoreOverrides.With(item, 0, 0, "Ada", "it complies") : item)] };
        var decision = RunVerdicts.Decide(Fake.Ask(approved, strict));
        Assert.Equal(Verdict.Regressed, decision.Verdict);
        Assert.Contains("by the scorer alone it would be Passed.", decision.Text.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_keeps_them_and_a_damaged_count_is_one_message()
    {
        var line = VerdictRecordJson.Line(Sample.Overridden);
        var read = VerdictRecordJson.Parse(System.Text.Encoding.UTF8.GetBytes(line), "log line 1");
        Assert.Equal((30, 600, 0, "Regressed"), (read.Overrides!.Now, read.Overrides.Scores, read.Overrides.Before, read.Overrides.Otherwise));
        Assert.Equal(Sample.Overridden.Overrides!.Shown, read.Overrides.Shown);
        foreach (var (then, now) in new[] { ("\"now\":30,\"scores\":600", "\"now\":601,\"scores\":600"), ("\"scored\":0,\"score\":1", "\"scored\":0,\"score\":2"), ("\"sample\":0", "\"sample\":-1") })
        {
            Assert.Contains(then, line, StringComparison.Ordinal);
            Assert.Contains("its scores of people are", Assert.Throws<UserErrorException>(() => VerdictRecordJson.Parse(System.Text.Encoding.UTF8.GetBytes(line.Replace(then, now, StringComparison.Ordinal)), "log line 1")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_flipped_response_names_who_scored_it()
    {
        var (approved, now) = Sample.Overriding(Fake.Table(560, 40, 0, 0), 1);
        var strict = now with { Items = [.. now.Items.Select(item => item.Id == "item-0000" ? ScoreOverrides.With(item, 0, 0, "Bob", "it complies") : item)] };
        var flipped = FlippedItems.Of(RunVerdicts.Decide(Fake.Ask(approved, strict)), new Dictionary<string, string>(), new Dictionary<string, string>());
        Assert.Equal("Bob", flipped.Single(item => item.Id == "item-0000").Now[0].By);
        Assert.All(flipped.Where(item => item.Id != "item-0000"), item => Assert.Null(item.Now[0].By));
    }
}
