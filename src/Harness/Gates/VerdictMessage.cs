using System.Text;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The words of a verdict, in this order: what broke, by how much with its interval, on what, which items flipped, what could have
/// been seen, what to do.
/// </summary>
internal static class VerdictMessage
{
    private const int ShownLost = 10, ShownGained = 5, ShownReason = 120;

    public static string Of(GateOutcome outcome)
    {
        var text = new StringBuilder();
        text.Append(Headline(outcome)).Append('\n');
        var main = Deciding(outcome);
        Line(text, "change", Change(outcome, main));
        Line(text, "level", Levels(outcome.Question.Now.Direction, main.Comparison));
        Line(text, "on", On(main));
        if (SuiteVerdicts.Of(outcome.Question) is { Count: > 0 } suites) Line(text, "suites", SuiteVerdicts.Line(suites));
        if (main.Comparison.Scored < main.Comparison.Items.Count) Line(text, "unscored", Unscored(outcome, main.Comparison));
        foreach (var category in outcome.Categories.Where(c => c.Fails))
            Line(text, "category", Invariant($"{category.Category}: {Words.Points(category.Difference)} on {category.Items} items, {category.Lost} lost, {category.Gained} gained, p {Words.P(category.DropP)}, after Holm over {outcome.Categories.Count} categories {Words.P(category.AdjustedDropP)}"));
        if (outcome.Anchor is { } anchor)
        {
            var (name, other) = ReferenceEquals(main, anchor) ? ("approved", outcome.Paired!) : ("anchor", anchor);
            Line(text, name, Invariant($"{(name == "anchor" ? outcome.Question.AnchorName : Other(outcome.Question))}: {Change(outcome, other)}; {other.Comparison.Lost.Count()} lost, {other.Comparison.Gained.Count()} gained; {other.Verdict}"));
        }

        if (outcome.Floor is { } floor) Line(text, "floor", Invariant($"{floor.Floor:0.####}; now {floor.Rate:0.####}, {Level(outcome)} interval {floor.Limits.Lower:0.####} to {floor.Limits.Upper:0.####}; {floor.Verdict}"));
        Line(text, "flipped", Flipped(main.Comparison));
        Line(text, "could see", CouldSee(outcome, main));
        if (outcome.Question.Settings.Because is { Length: > 0 } because) Line(text, "because", because);
        Line(text, "next", Next(outcome));
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>The comparison the verdict rests on: the anchor's when that is what failed, else that with the baseline or reference.</summary>
    private static RuleResult Deciding(GateOutcome outcome) =>
        outcome.Anchor is { } anchor && (outcome.Reason == VerdictReason.Anchor || (outcome.Reason == VerdictReason.LowCoverage && anchor.Comparison.Coverage < outcome.Paired!.Comparison.Coverage))
            ? anchor : outcome.Paired!;

    public static string Refused(GateOutcome outcome, IReadOnlyList<string> problems)
    {
        var question = outcome.Question;
        var text = new StringBuilder();
        var what = outcome.Reason switch
        {
            VerdictReason.NoBaseline => question.Kind == ComparisonKind.Baseline ? "has no approved baseline, so nothing says what it may be" : "has no measured reference, so nothing says what tuning cost",
            VerdictReason.IdentityDiffers => $"is not comparable with {Other(question)}",
            _ => $"cannot be judged against {Other(question)}: the evidence or the settings are damaged",
        };
        text.Append(question.Now.Metric).Append(' ').Append(what).Append(".\n");
        foreach (var problem in problems.Take(8)) Line(text, outcome.Reason == VerdictReason.IdentityDiffers ? "differs" : "problem", problem);
        if (problems.Count > 8) Line(text, "problem", Invariant($"and {problems.Count - 8} more"));
        if (question.Settings.Because is { Length: > 0 } because) Line(text, "because", because);
        Line(text, "next", outcome.Reason switch
        {
            VerdictReason.NoBaseline => "look at the result; if it is what you want to hold, " + Approve(question),
            VerdictReason.IdentityDiffers => "undo the change, or, if it is meant, " + Approve(question),
            _ => "evaluate again; a damaged result is never approved or passed",
        });
        return text.ToString().TrimEnd('\n');
    }

    private static string Headline(GateOutcome outcome)
    {
        var (metric, other) = (outcome.Question.Now.Metric, Other(outcome.Question));
        var margin = Words.Unsigned(outcome.Question.Settings.Margin);
        var categories = string.Join(", ", outcome.Categories.Where(c => c.Fails).Select(c => c.Category));
        return (outcome.Verdict, outcome.Reason) switch
        {
            (Verdict.Passed, VerdictReason.Identical) => $"{metric} passed: identical with {other} (same weights, engine, options and responses), so there was nothing to test.",
            (Verdict.Passed, VerdictReason.Improved) => $"{metric} passed and improved on {other}. The baseline stays as it is until someone approves.",
            (Verdict.Passed, _) => $"{metric} passed: a drop of {margin} or more against {other} is ruled out.",
            (Verdict.Regressed, VerdictReason.CategoryDrop) => $"{metric} regressed in {categories}, while the mean alone would not have shown it, against {other}.",
            (Verdict.Regressed, VerdictReason.Anchor) => $"{metric} regressed against its anchor, {outcome.Question.AnchorName}: small losses have added up.",
            (Verdict.Regressed, VerdictReason.Floor) => $"{metric} is below its absolute floor.",
            (Verdict.Regressed, _) => $"{metric} regressed against {other}.",
            (_, VerdictReason.LowCoverage) => Invariant($"{metric} is inconclusive: only {100 * Deciding(outcome).Comparison.Coverage:0.#} % of the items are scored on both sides; {100 * outcome.Question.Settings.MinimumCoverage:0.#} % are needed before any number counts."),
            (_, VerdictReason.Anchor) => $"{metric} is inconclusive against its anchor, {outcome.Question.AnchorName}: a drop of {Words.Unsigned(outcome.Question.Settings.AnchorMargin)} is not ruled out.",
            (_, VerdictReason.Floor) => $"{metric} is inconclusive: it is not shown to be above its absolute floor.",
            _ => $"{metric} is inconclusive: a drop of {margin} against {other} is neither ruled out nor shown.",
        };
    }

    private static string Change(GateOutcome outcome, RuleResult rule)
    {
        var complete = rule.Comparison.Complete is { } table && rule.Comparison.Scored < rule.Comparison.Items.Count
            ? Invariant($"; on the {table.N} items scored on both sides {Words.Points(table.Difference)}") : "";
        return Invariant($"{Words.Points(rule.Comparison.Difference)}, {Level(outcome)} interval {Words.Points(rule.Limits.Lower)} to {Words.Points(rule.Limits.Upper)} (two-sided, {rule.Method}); margin {Words.Unsigned(rule.Margin)}{complete}");
    }

    private static string Level(GateOutcome outcome) => Invariant($"{100 * (1 - 2 * outcome.Question.Settings.AlphaOfALook):0.##} %");

    private static string Levels(MetricDirection direction, PairedComparison comparison)
    {
        var (then, now) = (comparison.Items.Average(i => i.WorstApproved), comparison.Items.Average(i => i.WorstNow));
        return direction == MetricDirection.OverRefusal
            ? Invariant($"harmless requests refused: {1 - then:0.####} then, {1 - now:0.####} now (changes are of the share answered)")
            : Invariant($"{then:0.####} then, {now:0.####} now");
    }

    private static string On(RuleResult rule)
    {
        var adjusted = rule.Family > 1 ? Invariant($", after Holm over {rule.Family} comparisons {Words.P(rule.AdjustedDropP)}") : "";
        if (rule.IsSequential || rule.Comparison.Worst is not { } table)
            return Invariant($"{rule.Comparison.Items.Count} items, the mean of {rule.Comparison.Samples} {(rule.Comparison.Samples == 1 ? "sample" : "samples")} each: {rule.Comparison.Lost.Count()} worse, {rule.Comparison.Gained.Count()} better; anytime-valid one-sided p of a drop {Words.P(rule.DropP)}{adjusted}");
        return Invariant($"{table.N} items: {table.Lost} lost, {table.Gained} gained, {table.Both} good both times, {table.Neither} bad both times; exact one-sided McNemar p {Words.P(rule.DropP)}{adjusted}");
    }

    private static string Unscored(GateOutcome outcome, PairedComparison comparison)
    {
        var (now, then) = (comparison.Items.Count(i => i.Now is null), comparison.Items.Count(i => i.Approved is null));
        return Invariant($"{now} now (counted as bad), {then} when approved (counted as good); coverage {100 * comparison.Coverage:0.##} %, at least {100 * outcome.Question.Settings.MinimumCoverage:0.##} % needed{Why(outcome.Question.Now)}");
    }

    private static string Why(Measurement now)
    {
        var reasons = now.Items.SelectMany(i => i.UnscoredReasons).GroupBy(r => r, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault();
        return reasons is null ? "" : Invariant($"; most often now, {reasons.Count()} times: {Words.OneLine(reasons.Key, ShownReason)}");
    }

    private static string Flipped(PairedComparison comparison)
    {
        var (lost, gained) = (comparison.Lost.ToArray(), comparison.Gained.ToArray());
        return lost.Length + gained.Length == 0 ? "none" : $"lost {Ids(lost, ShownLost)}; gained {Ids(gained, ShownGained)}";
    }

    private static string Ids(PairedItem[] items, int most) =>
        items.Length == 0 ? "none"
            : string.Join(", ", items.Take(most).Select(i => i.Now is null ? i.Id + " (unscored)" : i.Id)) + (items.Length > most ? Invariant($" and {items.Length - most} more") : "");

    private static string CouldSee(GateOutcome outcome, RuleResult rule)
    {
        if (DetectableDrops.Of(outcome.Question.Settings, rule) is not { } drops) return "nothing: one item has no variance";
        var sizes = $"{Drop(drops.Regressed)} to be Regressed, {Drop(drops.NotPassed)} to be not Passed";
        if (rule.IsSequential || rule.Comparison.Worst is not { } table)
            return Invariant($"at {100 * DetectableDrops.Power:0} % power, by the spread of the items and a test of fixed size (this one may be looked at any time, and needs somewhat more): {sizes}");
        var words = Invariant($"at {100 * DetectableDrops.Power:0} % power and this share of gained items: {sizes}");
        return drops.NotPassed == 0 ? words + Invariant($" (so even an unchanged model seldom passes: {table.N} items are too few for this margin)") : words;
    }

    private static string Drop(double? drop) => drop is { } d ? $"a drop of {Words.Unsigned(d)}" : "no drop is large enough";

    private static string Next(GateOutcome outcome) => outcome.Verdict switch
    {
        Verdict.Passed when outcome.Reason == VerdictReason.Improved && outcome.Question.ApproveCommand is not null => "nothing must be done; to hold the gain, " + Approve(outcome.Question),
        Verdict.Passed => "nothing",
        Verdict.Inconclusive when outcome.Reason == VerdictReason.LowCoverage => "find out why responses are unscored (truncated, empty, judge errors); raise MaxNewTokens or repair the scorer, then evaluate again",
        Verdict.Inconclusive when outcome.Question.Settings.Looks != Looks.Once && outcome.Paired!.Comparison.Items.Count < outcome.Question.Approved!.Items.Count => Invariant($"evaluate further items in the fixed order, up to the {outcome.Question.Approved!.Items.Count} of the baseline"),
        _ when outcome.Reason == VerdictReason.Anchor => $"read the flipped items' responses and repair the run; approving this result does not help, because {outcome.Question.AnchorName} stays the anchor. Only a wider {nameof(GateSettings.AnchorMargin)} in the spec, approved in the same change with its reason, lets it pass",
        _ when outcome.Reason == VerdictReason.Floor => $"read the responses and repair the run, or evaluate more items when the interval is what fails; approving this result does not help, because the floor stands in the spec ({nameof(GateSettings.Floor)})",
        Verdict.Inconclusive => "evaluate more items, or gate with a margin that this many items can hold (`./gate power` says which); lowering the bar means approving again",
        _ => "read the flipped items' responses; repair the run, or, if the change is meant, " + Approve(outcome.Question)
            + (outcome.Anchor is { Verdict: not Verdict.Passed } ? $" (approving does not move the anchor, {outcome.Question.AnchorName}, which fails it too)" : ""),
    };

    private static string Approve(GateQuestion question) =>
        question.ApproveCommand is { Length: > 0 } command ? $"approve it in the same change and say why: {command}" : "change the specification in the same change and say why";

    private static string Other(GateQuestion question) => question.Kind == ComparisonKind.Baseline ? "the approved baseline" : "the untuned reference";

    private static void Line(StringBuilder text, string label, string words) => text.Append("  ").Append(label.PadRight(10)).Append(words).Append('\n');
}
