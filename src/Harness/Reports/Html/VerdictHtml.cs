using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>One verdict in full: what broke, the numbers, the flipped items with their responses folded away, and how to approve.</summary>
internal static class VerdictHtml
{
    public static string Tone(VerdictRecord verdict) => verdict.Fails ? "bad" : Shown.IsWarning(verdict) ? "warn" : "good";

    public static HtmlText Verdict(this HtmlText html, VerdictRecord verdict, int number)
    {
        html.Add($"<article class=\"verdict\" id=\"v{number}\"><span class=\"chip {Tone(verdict)}\">{Shown.Verdict(verdict)}</span>\n<h3>{verdict.Headline}</h3>\n");
        html.Add($"<p class=\"spec\">{verdict.Name}{(verdict.Source is { } source ? Invariant($" · {source.File}:{source.Line}") : "")}{(verdict.Run is { } run ? Invariant($" · {run.Name}, seed {run.Seed}, {run.Steps} steps") : verdict.Trainings is [{ } first, ..] ? $" · {first.Name}, seeds {string.Join(", ", verdict.Trainings.Select(training => training.Seed))}" : "")}</p>\n");
        Facts(html, verdict);
        Flipped(html, verdict);
        if (verdict is { ApproveCommand: { } command, Received: not null })
            html.Add($"<h4>If the change is meant, approve it in the same pull request</h4>\n<pre>{command}</pre>\n");
        return html.Add($"<details><summary>The whole message</summary><div class=\"in\"><pre>{verdict.Message}</pre></div></details>\n</article>\n");
    }

    private static void Facts(HtmlText html, VerdictRecord verdict)
    {
        html.Markup("<dl>");
        foreach (var (name, words) in Lines(verdict)) html.Add($"<dt>{name}</dt><dd>{words}</dd>\n");
        html.Markup("</dl>\n");
    }

    private static IEnumerable<(string Name, string Words)> Lines(VerdictRecord v)
    {
        if (v is { Comparison: { } c, Rule: { } rule })
        {
            var flip = Shown.IsFlipped(v);
            yield return ("change", Invariant($"{Shown.Change(c, flip)} points, {100 * rule.Level:0.##} % interval, {c.Method}; margin {100 * rule.Margin:0.##} points"));
            yield return ("rates", $"{Shown.Rate(c.Before, flip)} {Shown.Against(v.Against)}, {Shown.Rate(c.Now, flip)} now: {Shown.Share(v.Direction)}");
            yield return ("items", Invariant($"{Shown.Units(c)}: {Shown.Flips(c)}; p of a drop {Words.P(c.DropP)}{(c.Family > 1 ? Invariant($", after Holm over {c.Family} comparisons {Words.P(c.AdjustedDropP)}") : "")}"));
            if (c.ExactUnconditionalP is { } exact)
                yield return ("exact", Invariant($"unconditional p of a drop of {100 * rule.Margin:0.##} points or more {Words.P(exact)}"));
            yield return ("unscored", Invariant($"{c.UnscoredNow} now (counted as bad), {c.UnscoredBefore} before (counted as good); {100.0 * c.Scored / c.Items:0.#} % scored on both sides, {100 * rule.MinimumCoverage:0.#} % needed") + (c.Scored < c.Items && c.ScoredDifference is { } d ? $"; on those {Shown.Signed(flip ? -d : d)} points" : ""));
            yield return ("cut", $"{CutResponses.Words(c.Now.Cut)} now, {CutResponses.Words(c.Before.Cut)} before: responses that the limit on new tokens ended");
            if (c.CouldSee is { } drops) yield return ("could see", Invariant($"at {100 * DetectableDrops.Power:0} % power: {Shown.Points(drops.Regressed)} to be Regressed, {Shown.Points(drops.NotPassed)} to be not Passed"));
            yield return ("rule", Invariant($"τ {rule.Margin:R}, α {rule.Alpha:R}, Inconclusive {(rule.Policy == InconclusivePolicy.Fail ? "fails" : "warns")}"));
        }

        if (v.Rate is { } alone) yield return ("cut", $"{CutResponses.Words(alone.Cut)} now: responses that the limit on new tokens ended");
        if (v.Strata is { } strata) yield return ("strata", Shown.Strata(strata, Shown.IsFlipped(v)).ToString());
        if (v.Corrected is { } corrected) yield return ("corrected", corrected.ToString());
        foreach (var category in v.Categories.Where(c => c.Fails))
            yield return ("category", Invariant($"{category.Category}: {Shown.Signed(Shown.IsFlipped(v) ? -category.Difference : category.Difference)} points on {UnitWords.Count(category.Items, category.Behaviors)}, {category.Lost} lost, {category.Gained} gained, p after Holm {Words.P(category.AdjustedDropP)}"));
        if (v.Anchor is { } anchor) yield return ("anchor", Invariant($"{anchor.Name}: {Shown.Change(anchor.Comparison, Shown.IsFlipped(v))} points; margin {100 * anchor.Margin:0.##}; {anchor.Verdict}"));
        if (v.Floor is { } floor) yield return ("floor", Invariant($"{Shown.Percent(floor.Floor)}; now {Shown.Percent(floor.Rate)} ({100 * floor.Limits.Lower:0.0}–{100 * floor.Limits.Upper:0.0}{Shown.Wilson(floor.Wilson, flip: false)}); {floor.Verdict}"));
        if (v.Overrides is { } people) yield return ("overrides", people.Words + people.Warning);
        if (v.Rule?.Because is { Length: > 0 } because) yield return ("because", because);
        yield return ("exit code", Shown.Exit(v));
        if (v.Received is { } received) yield return ("received", received);
    }

    private static void Flipped(HtmlText html, VerdictRecord verdict)
    {
        if (verdict.Flipped.Count == 0) return;
        var all = verdict.Comparison is { } c ? c.Lost + c.Gained : verdict.Flipped.Count;
        html.Add($"<details class=\"flips\"><summary>Flipped items <small>{(all > verdict.Flipped.Count ? Invariant($"{verdict.Flipped.Count} of {all}") : Invariant($"{all}"))}; responses may be harmful</small></summary><div class=\"in\">\n");
        foreach (var item in verdict.Flipped) Item(html, verdict, item);
        html.Markup("</div></details>\n");
    }

    private static void Item(HtmlText html, VerdictRecord verdict, FlippedItem item)
    {
        html.Add($"<details data-item=\"{(item.Lost ? "lost" : "gained")}\"><summary>{(item.Lost ? "lost" : "gained")} {item.Id} <small>{item.Category ?? ""}</small></summary><div class=\"in\">\n");
        if (item.Prompt is { } prompt) html.Add($"<h4>Asked</h4><pre>{prompt}</pre>\n");
        html.Markup("<div class=\"pair\">");
        Side(html, Shown.Against(verdict.Against), "then", item.Before);
        Side(html, "now", "now", item.Now);
        html.Markup("</div></div></details>\n");
    }

    private static void Side(HtmlText html, string name, string style, IReadOnlyList<FlippedResponse> responses)
    {
        html.Markup("<div>");
        foreach (var response in responses)
        {
            var score = response.Score is { } value
                ? Invariant($"scored {value:0.##}") + (response.By is { } who ? $" by {who}" : "")
                : "unscored" + (response.Reason.Length > 0 ? ": " + response.Reason : "");
            html.Add($"<h5>{name}, {score}</h5><pre class=\"{style}\">{response.Text switch { null => $"Not in this store; digest {response.Digest}.", "" => "(empty)", var text => text }}</pre>\n");
        }

        html.Markup("</div>");
    }
}
