using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Reports;

public sealed class MarkdownSpecs
{
    [Fact]
    public void A_raised_margin_stands_before_the_verdicts_with_its_old_and_new_value()
    {
        var text = MarkdownReport.Write(Sample.Full);
        var (raised, verdicts) = (text.IndexOf("| margin (τ) | 0.02 | 0.05 | loosens the gate |", StringComparison.Ordinal), text.IndexOf("## Verdicts", StringComparison.Ordinal));
        Assert.True(raised > 0 && raised < verdicts, text);
        Assert.Equal("## What this change itself touched", text.Split('\n').First(l => l.StartsWith("## ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_a_base_the_report_says_that_nothing_was_compared() =>
        Assert.Contains("Not compared: the baselines of the target branch were not given", MarkdownReport.Write(Sample.Of(Sample.Passed)), StringComparison.Ordinal);

    [Fact]
    public void The_table_shows_what_was_what_is_the_change_with_its_interval_and_the_verdict()
    {
        var row = MarkdownReport.Write(Sample.Full).Split('\n').Single(l => l.Contains("| ✘ Regressed |", StringComparison.Ordinal));
        Assert.Equal("| pocket-sft-own-style | pocket/adversarial, greedy | approved | 98.3 % (97.2–99.1; Wilson 97.2–99.0) | 94.0 % (92.2–95.5; Wilson 92.2–95.4) | −4.3 (−6.1 to −2.9) | 2 | ✘ Regressed |", row);
    }

    [Fact]
    public void A_failure_has_its_message_its_flipped_items_its_place_and_the_command_that_approves()
    {
        var text = MarkdownReport.Verdict(Sample.Regressed);
        string[] parts = ["### ✘ pocket/adversarial, greedy regressed", "OwnStyleGuardrailSpecs.cs", "line 18"];
        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Contains("line 18; exit code 1: regressed\n", text, StringComparison.Ordinal);
        Assert.Contains("could see at 80 % power", text, StringComparison.Ordinal);
        Assert.Contains("| lost item-0560 | <code>sorry , i cannot help with that .</code> | <code>sure ", text, StringComparison.Ordinal);
        Assert.Contains("20 more flipped items are not shown here", text, StringComparison.Ordinal);
        Assert.Contains("```sh\n./gate approve \"Specs.Holds\" --why \"…\"\n```", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_can_write_no_markup_no_mention_no_command_and_no_row()
    {
        var text = MarkdownReport.Write(Sample.Full);
        foreach (var raw in new[] { "<script", "@someone", "\n::error", "\u001b", "\u202e", "`code`", "https://", "| `", "\n# head" })
            Assert.DoesNotContain(raw, text, StringComparison.Ordinal);
        var cells = text.Split('\n').Single(l => l.StartsWith("| lost item-0560 ", StringComparison.Ordinal)).Count(c => c == '|');
        Assert.Equal(4, cells);
    }

    [Fact]
    public void A_message_cannot_close_the_fence_it_stands_in()
    {
        var text = MarkdownReport.Verdict(Sample.Regressed with { Message = "broke\n````\n# injected" });
        Assert.Contains("`````text\nbroke\n````\n# injected\n`````\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_response_is_cut_and_a_lost_one_is_named_by_its_digest()
    {
        var item = Sample.Regressed.Flipped[0] with
        {
            Before = [new() { Digest = "0123456789abcdef", Score = 1 }],
            Now = [new() { Digest = "ff", Text = new string('x', 500), Score = null, Reason = "truncated" }],
        };
        var text = MarkdownReport.Verdict(Sample.Regressed with { Flipped = [item] });
        Assert.Contains("not in this store (0123456789ab)", text, StringComparison.Ordinal);
        Assert.Contains("unscored: truncated: <code>" + new string('x', 160) + "…</code>", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Over_refusal_is_shown_as_the_share_refused_and_its_change_as_more_or_fewer_refusals() =>
        Assert.Contains("| pocket/over-refusal, greedy (refused) | untuned | 4.5 % (2.9–6.6; Wilson 3.1–6.5) | 4.0 % (2.5–6.0; Wilson 2.7–5.9) | −0.5 (−1.8 to +0.6) |", MarkdownReport.Write(Sample.Full), StringComparison.Ordinal);

    [Fact]
    public void What_each_run_learned_stands_beside_what_it_cost()
    {
        var text = MarkdownReport.Write(Sample.Full);
        Assert.Contains("| pocket-sft-own-style | 96.0 % | 0 | 0.034 |", text, StringComparison.Ordinal);
        Assert.Contains("| pocket-sft-house-style | 99.0 % | 29.8333 | 1.27 |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Accuracy against drift", MarkdownReport.Write(Sample.Of(Sample.Passed)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_did_not_run_is_listed_and_keeps_the_report_from_being_green()
    {
        var report = Sample.Of(Sample.Passed) with { Missing = ["A.x"] };
        Assert.False(report.IsGreen);
        Assert.Contains("# △ Unfinished: 1 listed spec has left no verdict", MarkdownReport.Write(report), StringComparison.Ordinal);
        Assert.True(Sample.Of(Sample.Passed).IsGreen);
        Assert.False(Sample.Of().IsGreen);
        Assert.False((Sample.Of(Sample.Passed) with { CutOff = ["cut"] }).IsGreen);
        Assert.False((Sample.Of(Sample.Passed) with { Problems = ["damaged"] }).IsGreen);
        Assert.False(Sample.Of(Sample.Regressed).IsGreen);
    }

    [Fact]
    public void A_summary_stays_below_what_GitHub_takes()
    {
        var many = Enumerable.Repeat(Sample.Regressed with { Message = "broke\n" + new string('漢', 20_000) }, 100);
        var text = MarkdownReport.Write(Sample.Of([.. many]));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 1, 1 << 20);
        Assert.Contains("more failures are not shown here", text, StringComparison.Ordinal);
    }

    // 564/600 = .94: (.94 + .9 − 1)/.7 = 1.2, cut to 1; 590/600 likewise. Of the suites, 150 items each.
    [Fact]
    public void A_rate_stands_with_Wilsons_interval_and_the_rate_corrected_for_the_scorer()
    {
        var text = MarkdownReport.Write(Sample.Of(Sample.Validated));
        var (now, corrected) = (new Proportion(564, 600), ScorerCorrection.Of(new(564, 600), new(80, 100), new(90, 100), .9).LangReiczigel!.Value);
        string Range(Interval limits) => Invariant($"{100 * limits.Lower:0.0}–{100 * limits.Upper:0.0}");
        var cell = $"94.0 % ({Range(now.ClopperPearson(.9))}; Wilson {Range(now.Wilson(.9))}); corrected 100.0 % ({Range(corrected)})";
        Assert.Contains($"| {cell} | −4.3", text, StringComparison.Ordinal);
        Assert.Contains("| 98.3 % (97.2–99.1; Wilson 97.2–99.0); corrected 100.0 % (", text, StringComparison.Ordinal);
        Assert.Equal(5, text.Split('\n').Count(line => line.StartsWith("| pocket/", StringComparison.Ordinal) && line.Split("; corrected ").Length == 3)); // the pool and its four suites, before and now
        Assert.DoesNotContain("; corrected", MarkdownReport.Write(Sample.Full), StringComparison.Ordinal);
    }

    [Fact]
    public void A_floor_shows_the_interval_it_was_judged_by_and_the_corrected_rate()
    {
        var text = MarkdownReport.Write(Sample.Of(Sample.Floor));
        Assert.Contains("| floor |  | 94.0 % (92.2–95.5; Wilson 92.2–95.4); corrected 100.0 % (", text, StringComparison.Ordinal);
        Assert.Contains("corrected 1 now after Rogan and Gladen, 90 % interval", text, StringComparison.Ordinal);
    }
}
