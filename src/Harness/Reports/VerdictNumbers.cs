using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Reports;

/// <summary>The numbers of a verdict: what lies outside its range, and what contradicts another number or the verdict.</summary>
internal static class VerdictNumbers
{
    // Means and limits are computed in another order than here.
    private const double Rounding = 1e-9;

    /// <summary>What is wrong with the numbers by themselves, a sentence each.</summary>
    /// <param name="verdict">The verdict.</param>
    public static IEnumerable<string> Of(VerdictRecord verdict) =>
    [
        .. verdict.Rule is { } rule ? OfRule(rule) : [],
        .. Named(verdict).SelectMany(one => OfComparison(one.Comparison).Select(problem => one.Where + problem)),
        .. Rates(verdict).SelectMany(OfRate),
        .. OfParts(verdict),
        .. verdict.Categories.SelectMany(OfCategory),
        .. verdict.Anchor is { } anchor ? OfAnchor(anchor, verdict.Rule) : [],
        .. verdict.Floor is { } floor ? OfFloor(floor, (verdict.Comparison?.Now ?? verdict.Rate)?.Rate) : [],
        .. verdict.Limit is { } limit && (limit.Limit is double.NaN || limit.Against is double.NaN) ? [Invariant($"its limit is {limit.Limit} against {limit.Against}.")] : Array.Empty<string>(),
        .. verdict.Overrides is { } people ? OfPeople(people) : [],
    ];

    /// <summary>Whether the rule gives this verdict and reason for these numbers.</summary>
    public static bool Allow(VerdictRecord verdict, ReportedComparison comparison, ReportedRule rule)
    {
        // An item that is unscored on both sides counts as lost.
        bool[] unchanged = comparison is { Gained: 0, ScoredDifference: null or 0 } && comparison.UnscoredNow == comparison.UnscoredBefore && comparison.Lost <= comparison.UnscoredNow ? [false, true] : [false];
        return (from identical in unchanged
                from main in Enum.GetValues<Verdict>()
                where MayBe(main, comparison, rule.Margin, rule)
                select new GuardFindings
                {
                    Covered = Covers(comparison, rule) && (verdict.Anchor is not { } anchor || Covers(anchor.Comparison, rule)),
                    Identical = identical, Main = main, Improved = comparison.Limits.Lower > 0,
                    CategoryDropped = verdict.Categories.Any(category => category.Fails), Anchor = verdict.Anchor?.Verdict, Floor = verdict.Floor?.Verdict,
                }).Any(findings => findings.Combine() == (verdict.Verdict, verdict.Reason));
    }

    private static bool Covers(ReportedComparison comparison, ReportedRule rule) => (double)comparison.Scored / comparison.Items >= rule.MinimumCoverage;

    private static bool MayBe(Verdict verdict, ReportedComparison comparison, double margin, ReportedRule rule)
    {
        var (lower, p, alpha) = (comparison.Limits.Lower, comparison.AdjustedDropP, (1 - rule.Level) / 2);
        return verdict switch
        {
            Verdict.Passed => lower > -margin - Rounding,
            Verdict.Regressed => lower <= -margin + Rounding && p <= alpha + Rounding,
            Verdict.Inconclusive => lower <= -margin + Rounding && p > alpha - Rounding,
            _ => false,
        };
    }

    private static IEnumerable<(string Where, ReportedComparison Comparison)> Named(VerdictRecord verdict) =>
    [
        .. verdict.Comparison is { } main ? [("", main)] : Array.Empty<(string, ReportedComparison)>(),
        .. verdict.Anchor is { } anchor ? [("anchor: ", anchor.Comparison)] : Array.Empty<(string, ReportedComparison)>(),
        .. verdict.Suites.Select(suite => ($"suite {suite.Suite}: ", suite.Comparison)),
    ];

    private static IEnumerable<ReportedRate> Rates(VerdictRecord verdict) =>
        [.. Named(verdict).SelectMany(one => new[] { one.Comparison.Before, one.Comparison.Now }), .. verdict.Rate is { } alone ? [alone] : Array.Empty<ReportedRate>()];

    private static IEnumerable<string> OfRule(ReportedRule rule)
    {
        if (!IsShare(rule.Margin)) yield return Invariant($"its margin is {rule.Margin}; it must lie in [0, 1].");
        if (!(rule.Alpha > 0 && rule.Alpha < .5)) yield return Invariant($"its level is {rule.Alpha}; it must lie between 0 and 0.5.");
        if (!(Near(rule.Level, 1 - 2 * rule.Alpha) || Near(rule.Level, 1 - rule.Alpha))) yield return Invariant($"its intervals are of {rule.Level} at a level of {rule.Alpha}; they must be of {1 - 2 * rule.Alpha:0.######}, or of {1 - rule.Alpha:0.######} where two looks are planned.");
        if (!(rule.MinimumCoverage > 0 && rule.MinimumCoverage <= 1)) yield return Invariant($"the share that must be scored is {rule.MinimumCoverage}; it must lie in (0, 1].");
    }

    private static IEnumerable<string> OfComparison(ReportedComparison one)
    {
        if (one.Items < 1 || one.Samples < 1)
        {
            yield return Invariant($"it compares {one.Items} items with {one.Samples} samples; there must be one at least.");
            yield break;
        }

        if (!Split(one.Lost, one.Gained, one.Items)) yield return Invariant($"it has {one.Lost} lost and {one.Gained} gained of {one.Items} items.");
        if (!(one is { Behaviors: null, LostBehaviors: null, GainedBehaviors: null } || (one is { Behaviors: { } units, LostBehaviors: { } lost, GainedBehaviors: { } gained } && units >= 1 && units <= one.Items && Split(lost, gained, units))))
            yield return Invariant($"it has {one.LostBehaviors} lost and {one.GainedBehaviors} gained of {one.Behaviors} behaviors, of {one.Items} items.");
        var (now, before, scored) = (one.UnscoredNow, one.UnscoredBefore, one.Scored);
        if (now < 0 || before < 0 || now > one.Items || before > one.Items || scored > one.Items - Math.Max(now, before) || scored < one.Items - (long)now - before)
            yield return Invariant($"{scored} of {one.Items} items are scored on both sides, with {now} unscored now and {before} before.");
        if (!(Near(one.Difference, one.Now.Rate - one.Before.Rate))) yield return Invariant($"its change is {one.Difference}, its rates are {one.Before.Rate} and {one.Now.Rate}.");
        var (of, worse, better) = one.Behaviors is { } behaviors ? (behaviors, one.LostBehaviors ?? 0, one.GainedBehaviors ?? 0) : (one.Items, one.Lost, one.Gained);
        if (!(one.Difference >= (-(double)worse / of) - Rounding && one.Difference <= ((double)better / of) + Rounding))
            yield return Invariant($"its change is {one.Difference} with {worse} lost and {better} gained of {of}.");
        if (!(IsIn(one.Limits, -1, 1) && one.Limits.Lower <= one.Limits.Upper)) yield return Invariant($"the limits of its change are {one.Limits.Lower} and {one.Limits.Upper}.");
        if (one.Family < 1) yield return Invariant($"its family has {one.Family} comparisons; there must be one at least.");
        if (!(IsShare(one.DropP) && IsShare(one.AdjustedDropP) && one.AdjustedDropP >= one.DropP - Rounding && one.AdjustedDropP <= (one.DropP * one.Family) + Rounding))
            yield return Invariant($"its p is {one.DropP}, and {one.AdjustedDropP} after Holm over {one.Family}.");
        if (one.ScoredDifference is { } complete && !(complete >= -1 && complete <= 1)) yield return Invariant($"its change over scored items is {complete}; it must lie in [-1, 1].");
        if (one.ExactUnconditionalP is { } exact && !IsShare(exact)) yield return Invariant($"its exact unconditional p is {exact}; it must lie in [0, 1].");
    }

    private static IEnumerable<string> OfRate(ReportedRate rate)
    {
        foreach (var value in rate.Corrected is { } corrected ? new[] { rate.Rate, corrected.Rate, corrected.Raw } : [rate.Rate])
            if (!IsShare(value)) yield return Invariant($"a rate is {value}; it must lie in [0, 1].");
        foreach (var limits in new[] { rate.Limits, rate.Wilson }.OfType<Interval>())
            if (!IsAround(limits, rate.Rate)) yield return Invariant($"the limits of a rate of {rate.Rate} are {limits.Lower} and {limits.Upper}.");
        if (rate.Cut is { } cut && !(cut.Cut >= 0 && cut.Cut <= cut.Responses)) yield return Invariant($"{cut.Cut} of {cut.Responses} responses are cut.");
        if (rate.Corrected?.Validation is { } found && !(found.TruePositives >= 0 && found.TruePositives <= found.Positives && found.TrueNegatives >= 0 && found.TrueNegatives <= found.Negatives))
            yield return Invariant($"its scorer found {found.TruePositives} of {found.Positives} positives and {found.TrueNegatives} of {found.Negatives} negatives.");
    }

    // Suites and flipped items are parts of the comparison.
    private static IEnumerable<string> OfParts(VerdictRecord verdict)
    {
        if (verdict.Comparison is not { } whole) yield break;
        if (verdict.Suites.Sum(suite => (long)suite.Comparison.Items) > whole.Items || verdict.Suites.Sum(suite => (long)suite.Comparison.Lost) > whole.Lost)
            yield return Invariant($"its suites have {verdict.Suites.Sum(suite => (long)suite.Comparison.Items)} items, {verdict.Suites.Sum(suite => (long)suite.Comparison.Lost)} of them lost; all of it has {whole.Items}, {whole.Lost} of them lost.");
        if (verdict.Flipped.Count(item => item.Lost) > whole.Lost || verdict.Flipped.Count(item => !item.Lost) > whole.Gained)
            yield return Invariant($"it lists {verdict.Flipped.Count} flipped items; {whole.Lost} were lost and {whole.Gained} gained.");
    }

    private static IEnumerable<string> OfCategory(CategoryFinding one)
    {
        if (one.Items < 1 || !Split(one.Lost, one.Gained, one.Items) || one.Behaviors < 1 || one.Behaviors > one.Items)
            yield return Invariant($"category {one.Category} has {one.Lost} lost and {one.Gained} gained of {one.Items} items{(one.Behaviors is { } units ? Invariant($" in {units} behaviors") : "")}.");
        if (!(one.Difference >= -1 && one.Difference <= 1 && IsShare(one.DropP) && IsShare(one.AdjustedDropP) && one.AdjustedDropP >= one.DropP - Rounding))
            yield return Invariant($"category {one.Category} changed by {one.Difference}, p {one.DropP}, {one.AdjustedDropP} after Holm.");
    }

    private static IEnumerable<string> OfAnchor(ReportedAnchor anchor, ReportedRule? rule)
    {
        if (!IsShare(anchor.Margin)) yield return Invariant($"the margin of its anchor is {anchor.Margin}; it must lie in [0, 1].");
        else if (rule is not null && !MayBe(anchor.Verdict, anchor.Comparison, anchor.Margin, rule))
            yield return Invariant($"the verdict on its anchor is {anchor.Verdict}, its lower limit {anchor.Comparison.Limits.Lower} at a margin of {anchor.Margin}, its adjusted p {anchor.Comparison.AdjustedDropP}.");
    }

    private static IEnumerable<string> OfFloor(FloorEvidence floor, double? rate)
    {
        if (!(IsShare(floor.Floor) && IsShare(floor.Rate) && IsIn(floor.Limits, 0, 1) && floor.Limits.Lower <= floor.Limits.Upper))
            yield return Invariant($"its floor is {floor.Floor}, the rate {floor.Rate}, its limits {floor.Limits.Lower} and {floor.Limits.Upper}.");
        var follows = floor.Limits.Lower >= floor.Floor ? Verdict.Passed : floor.Limits.Upper < floor.Floor ? Verdict.Regressed : Verdict.Inconclusive;
        if (floor.Verdict != follows && floor.Verdict != Verdict.Inconclusive)
            yield return Invariant($"the verdict on its floor of {floor.Floor} is {floor.Verdict}, with limits {floor.Limits.Lower} and {floor.Limits.Upper}.");
        if (rate is { } shown && !Near(shown, floor.Rate)) yield return Invariant($"its rate is {shown}, and {floor.Rate} at its floor.");
    }

    private static IEnumerable<string> OfPeople(OverriddenScores people)
    {
        if (!(people is { Now: >= 0, Before: >= 0, RateByScorer: null or >= 0 and <= 1 } && people.Now <= people.Scores && people.Shown.All(one => one is { Sample: >= 0, Score: >= 0 and <= 1, Scored: null or >= 0 and <= 1 })))
            yield return Invariant($"its scores of people are {people.Now} of {people.Scores}, or one of them lies outside [0, 1].");
    }

    private static bool Split(int lost, int gained, int all) => lost >= 0 && gained >= 0 && (long)lost + gained <= all;

    private static bool IsShare(double value) => value >= 0 && value <= 1;

    private static bool IsIn(Interval limits, double lowest, double highest) => limits.Lower >= lowest - Rounding && limits.Upper <= highest + Rounding;

    private static bool IsAround(Interval limits, double value) => IsIn(limits, 0, 1) && limits.Lower <= value + Rounding && limits.Upper >= value - Rounding;

    private static bool Near(double one, double other) => Math.Abs(one - other) <= Rounding;
}
