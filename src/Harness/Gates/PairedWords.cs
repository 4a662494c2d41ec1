using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The words of a claim about one checkpoint, in this order: what broke, by how much with its interval, on what, which items flipped,
/// what could have been seen, what to do.
/// </summary>
internal static class PairedWords
{
    private const int ShownLost = 10, ShownGained = 5, ShownReason = 120;

    public static string Headline(PairedClaim claim, Decision decision)
    {
        var (metric, other) = (claim.Metric, claim.Other);
        if (decision.Paired is not { } paired) return metric + Refused(claim, decision.Reason);
        var margin = Words.Unsigned(claim.Settings.Margin);
        var categories = string.Join(", ", paired.Categories.Where(c => c.Fails).Select(c => c.Category));
        return (decision.Verdict, decision.Reason) switch
        {
            (Verdict.Passed, VerdictReason.Identical) =>
                $"{metric} passed: identical with {other} (same weights, engine, options and responses), so there was nothing to test.",
            (Verdict.Passed, VerdictReason.Improved) =>
                $"{metric} passed and improved on {other}. The baseline stays as it is until someone approves.",
            (Verdict.Passed, _) => $"{metric} passed: a drop of {margin} or more against {other} is ruled out.",
            (Verdict.Regressed, VerdictReason.CategoryDrop) =>
                $"{metric} regressed in {categories}, while the mean alone would not have shown it, against {other}.",
            (Verdict.Regressed, VerdictReason.Anchor) =>
                $"{metric} regressed against its anchor, {claim.AnchorName}: small losses have added up.",
            (Verdict.Regressed, VerdictReason.Floor) => $"{metric} is below its absolute floor.",
            (Verdict.Regressed, _) => $"{metric} regressed against {other}.",
            (_, VerdictReason.LowCoverage) => Invariant($"{metric} is inconclusive: only {100 * Deciding(decision).Comparison.Coverage:0.#} % of the items are scored on both sides; {100 * claim.Settings.MinimumCoverage:0.#} % are needed before any number counts."),
            (_, VerdictReason.Anchor) => $"{metric} is inconclusive against its anchor, {claim.AnchorName}: a drop of {Words.Unsigned(claim.Settings.AnchorMargin)} is not ruled out.",
            (_, VerdictReason.Floor) => $"{metric} is inconclusive: it is not shown to be above its absolute floor.",
            _ => $"{metric} is inconclusive: a drop of {margin} against {other} is neither ruled out nor shown.",
        };
    }

    public static IEnumerable<TextLine> Lines(PairedClaim claim, Decision decision) =>
        decision.Paired is { } paired ? Compared(claim, decision, paired)
        : decision.Reason == VerdictReason.NoBaseline && claim.Against == ComparisonKind.Baseline ? First(claim)
        : claim.Refusal(decision);

    public static string Next(PairedClaim claim, Decision decision)
    {
        if (decision.Paired is not { } paired) return AfterRefusal(claim, decision.Reason);
        var settings = claim.Settings;
        return decision.Verdict switch
        {
            Verdict.Passed when decision.Reason == VerdictReason.Improved && claim.ApproveCommand is not null =>
                "nothing must be done; to hold the gain, " + claim.Approve,
            Verdict.Passed => "nothing",
            Verdict.Inconclusive when decision.Reason == VerdictReason.LowCoverage => "find out why responses are unscored (truncated, empty, judge errors); raise MaxNewTokens or repair the scorer, then evaluate again",
            Verdict.Inconclusive when settings.Looks != Looks.Once && paired.Comparison.Items.Count < claim.Approved!.Items.Count =>
                Invariant($"evaluate further items in the fixed order, up to the {claim.Approved.Items.Count} of the baseline"),
            _ when decision.Reason == VerdictReason.Anchor => $"read the flipped items' responses and repair the run; approving this result does not help, because {claim.AnchorName} stays the anchor. Only a wider {nameof(GateSettings.AnchorMargin)} in the spec, approved in the same change with its reason, lets it pass",
            _ when decision.Reason == VerdictReason.Floor => $"read the responses and repair the run, or evaluate more items when the interval is what fails; approving this result does not help, because the floor is set in the spec ({nameof(GateSettings.Floor)})",
            Verdict.Inconclusive => $"evaluate more items, or gate with a margin that this many items can hold (`{GateCommandName.Text} power` computes which); lowering the bar means approving again",
            _ => "read the flipped items' responses; repair the run, or, if the change is meant, " + claim.Approve
                + (paired.Anchor is { Verdict: not Verdict.Passed } ? $" (approving does not move the anchor, {claim.AnchorName}, which fails it too)" : ""),
        };
    }

    /// <summary>
    /// The comparison the verdict rests on: the anchor's when that is what failed, else that with the baseline or reference.
    /// </summary>
    private static PairedEvidence Deciding(Decision decision)
    {
        var paired = decision.Paired!;
        return paired.Anchor is { } anchor && (decision.Reason == VerdictReason.Anchor || (decision.Reason == VerdictReason.LowCoverage && anchor.Comparison.Coverage < paired.Comparison.Coverage))
            ? anchor : paired;
    }

    private static IEnumerable<TextLine> Compared(PairedClaim claim, Decision decision, PairedEvidence paired)
    {
        var settings = claim.Settings;
        var main = Deciding(decision);
        yield return new("change", Change(settings, main));
        yield return new("level", Levels(claim.Now.Direction, main.Comparison));
        yield return new("on", On(main));
        if (settings.ExactUnconditional) yield return new("exact", Exact(main));
        if (ScorerCorrected.Of(claim.Now, 1 - 2 * settings.AlphaOfALook) is { } corrected)
            yield return new("corrected", corrected.ToString());
        if (SuiteVerdicts.Of(claim) is { Count: > 0 } suites) yield return new("suites", SuiteVerdicts.Line(suites));
        if (StratifiedChange.Of(main.Comparison, claim.Now, 1 - 2 * settings.AlphaOfALook) is { } strata) yield return new("strata", strata.ToString());
        if (main.Comparison.Scored < main.Comparison.Items.Count) yield return new("unscored", Unscored(claim, main.Comparison, ReferenceEquals(main, paired) ? claim.Then : claim.AnchorThen));
        if (CutResponses.Words(CutResponses.Of(claim.Now.Items), claim.Approved is { } then ? CutResponses.Of(then.Items) : null, claim.Then) is { } cut)
            yield return new("cut", cut + Cut(claim.Now));
        foreach (var category in paired.Categories.Where(c => c.Fails))
            yield return new("category", Invariant($"{category.Category}: {Words.Points(category.Difference)} on {UnitWords.Count(category.Items, category.Behaviors)}, {category.Lost} lost, {category.Gained} gained, p {Words.P(category.DropP)}, after Holm over {paired.Categories.Count} categories {Words.P(category.AdjustedDropP)}"));
        if (paired.Anchor is { } anchor)
            yield return ReferenceEquals(main, anchor)
                ? new("approved", Beside(claim.Other, settings, paired))
                : new("anchor", Beside(claim.AnchorName, settings, anchor));
        if (paired.Floor is { } floor) yield return new("floor", Floor(settings, floor));
        yield return new("flipped", Flipped(main.Comparison));
        yield return new("could see", CouldSee(settings, main));
    }

    // What approving would make the baseline, and what the guards that need no baseline say of it.
    private static IEnumerable<TextLine> First(PairedClaim claim)
    {
        var settings = claim.Settings;
        yield return new("rate", ObservedRate.Of(claim.Now, settings.AlphaOfALook) + ", which would be the baseline");
        if (SuiteRates(claim.Now) is { Length: > 0 } suites) yield return new("suites", suites);
        if (claim.Now.Items.Count(item => item.Scores.Contains(null)) is > 0 and var unscored)
            yield return new("unscored", Invariant($"{unscored} of {claim.Now.Items.Count} items (counted as bad){Why(claim.Now)}"));
        if (CutResponses.Of(claim.Now.Items) is { Cut: > 0 } cut) yield return new("cut", cut + Cut(claim.Now));
        if (PairedRule.AnchorAlone(claim) is { } anchor) yield return new("anchor", Beside(claim.AnchorName, settings, anchor));
        if (PairedRule.FloorAlone(claim) is { } floor) yield return new("floor", Floor(settings, floor));
    }

    private static string SuiteRates(Measurement now) => string.Join(", ", now.Items.GroupBy(item => item.Suite ?? "", StringComparer.Ordinal)
        .Where(suite => suite.Key.Length > 0).Select(suite => (suite.Key, Now: now with { Items = [.. suite] }))
        .Select(suite => Invariant($"{suite.Key} {InferenceUnits.Values(suite.Now).Average():0.####} on {suite.Now.Items.Count}")));

    private static string Floor(GateSettings settings, FloorEvidence floor) =>
        Invariant($"{floor.Floor:0.####}; now {floor.Rate:0.####}, {Level(settings)} interval {floor.Limits.Lower:0.####} to {floor.Limits.Upper:0.####}{Words.Wilson(floor.Wilson)}; {floor.Verdict}");

    private static string Refused(PairedClaim claim, VerdictReason reason) => reason switch
    {
        _ when claim.BaselineProblem is not null => " has a baseline that cannot be trusted.",
        VerdictReason.NoBaseline =>
            claim.Against == ComparisonKind.Baseline
                ? " has no approved baseline to compare with."
                : " has no measured reference to compare with.",
        VerdictReason.IdentityDiffers => $" is not comparable with {claim.Other}.",
        _ => $" cannot be judged against {claim.Other}: the evidence or the settings are damaged.",
    };

    private static string AfterRefusal(PairedClaim claim, VerdictReason reason) => reason switch
    {
        _ when claim.BaselineProblem is not null => "repair the baseline; what cannot be trusted is never compared with",
        VerdictReason.NoBaseline => "look at the result; if it is what you want to hold, " + claim.Approve,
        VerdictReason.IdentityDiffers => "undo the change, or, if it is meant, " + claim.Approve,
        _ => "evaluate again; a damaged result is never approved or passed",
    };

    private static string Beside(string name, GateSettings settings, PairedEvidence other) =>
        Invariant($"{name}: {Change(settings, other)}; {other.Comparison.Lost.Count()} lost, {other.Comparison.Gained.Count()} gained; {other.Verdict}");

    private static string Change(GateSettings settings, PairedEvidence rule)
    {
        var complete = rule.Comparison.Complete is { } table && rule.Comparison.Scored < rule.Comparison.Items.Count
            ? Invariant($"; on the {table.N} items scored on both sides {Words.Points(rule.Comparison.ScoredDifference!.Value)}") : "";
        return Invariant($"{Words.Points(rule.Comparison.Difference)}, {Level(settings)} interval {Words.Points(rule.Limits.Lower)} to {Words.Points(rule.Limits.Upper)} (two-sided, {rule.Method}); margin {Words.Unsigned(rule.Margin)}{complete}");
    }

    private static string Level(GateSettings settings) => Invariant($"{100 * (1 - 2 * settings.AlphaOfALook):0.##} %");

    private static string Levels(MetricDirection direction, PairedComparison comparison)
    {
        var (then, now) = (comparison.ApprovedRate, comparison.NowRate);
        return direction == MetricDirection.OverRefusal
            ? Invariant($"harmless requests refused: {1 - then:0.####} then, {1 - now:0.####} now (changes are of the share answered)")
            : Invariant($"{then:0.####} then, {now:0.####} now");
    }

    private static string On(PairedEvidence rule)
    {
        var adjusted = rule.Family > 1 ? Invariant($", after Holm over {rule.Family} comparisons {Words.P(rule.AdjustedDropP)}") : "";
        if (rule.IsSequential || rule.Comparison.Worst is null)
            return Invariant($"{UnitWords.Count(rule.Comparison)}, the mean of {rule.Comparison.Samples} {(rule.Comparison.Samples == 1 ? "sample" : "samples")} each: {rule.Comparison.Lost.Count()} worse, {rule.Comparison.Gained.Count()} better; anytime-valid one-sided p of a drop {Words.P(rule.DropP)}{adjusted}");
        return UnitWords.Table(rule.Comparison, Words.P(rule.DropP)) + adjusted;
    }

    private static string Exact(PairedEvidence rule) => rule.ExactUnconditionalP is { } p
        ? Invariant($"unconditional p of a drop of {Words.Unsigned(rule.Margin)} or more {Words.P(p)}")
        : Invariant($"no unconditional p: it is defined for one 0/1 sample an item, items that share no behavior, a fixed number of looks and up to {GateSettings.MostExactItems} items");

    private static string Unscored(PairedClaim claim, PairedComparison comparison, string when)
    {
        var (now, then) = (comparison.Items.Count(i => i.Now is null), comparison.Items.Count(i => i.Approved is null));
        return Invariant($"{now} now (counted as bad), {then} {when} (counted as good); coverage {100 * comparison.Coverage:0.##} %, at least {100 * claim.Settings.MinimumCoverage:0.##} % needed{Why(claim.Now)}");
    }

    private static string Cut(Measurement now) => Invariant($"; the limit now is {now.Sampling.MaxNewTokens} new tokens");

    private static string Why(Measurement now)
    {
        var reasons = now.Items.SelectMany(i => i.UnscoredReasons).GroupBy(r => r, StringComparer.Ordinal).OrderByDescending(g => g.Count())
            .ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault();
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

    private static string CouldSee(GateSettings settings, PairedEvidence rule)
    {
        if (DetectableDrops.Of(settings, rule) is not { } drops) return "nothing: one item has no variance";
        var sizes = $"{Drop(drops.Regressed)} to be Regressed, {Drop(drops.NotPassed)} to be not Passed";
        if (rule.IsSequential || rule.Comparison.Worst is null)
            return Invariant($"at {100 * DetectableDrops.Power:0} % power, by the spread of the items and a test of fixed size (this one may be looked at any time, and needs somewhat more): {sizes}");
        var alike = rule.Comparison.IsClustered
            ? Invariant($", a correlation of {UnitTests.Correlation(rule.Comparison):0.##} within behaviors")
            : "";
        var words = Invariant($"at {100 * DetectableDrops.Power:0} % power{alike} and this share of gained items: {sizes}");
        return drops.NotPassed == 0 ? words + Invariant($" (so even an unchanged model seldom passes: {UnitWords.Count(rule.Comparison)} are too few for this margin)") : words;
    }

    private static string Drop(double? drop) => drop is { } d ? $"a drop of {Words.Unsigned(d)}" : "no drop is large enough";
}
