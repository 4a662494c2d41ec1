using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// Fields of a verdict that contradict each other, a sentence each. No claim writes such a record: it was edited, or damaged, and what it says
/// holds for nothing.
/// </summary>
internal static class VerdictContradictions
{
    private static readonly VerdictReason[] Refused =
        [VerdictReason.NoBaseline, VerdictReason.IdentityDiffers, VerdictReason.BadEvidence, VerdictReason.Untuned, VerdictReason.NotApplicable];

    private static readonly Dictionary<Verdict, VerdictReason[]> OfComparison = new()
    {
        [Verdict.Passed] = [VerdictReason.WithinMargin, VerdictReason.Identical, VerdictReason.Improved],
        [Verdict.Regressed] = [VerdictReason.Drop, VerdictReason.CategoryDrop, VerdictReason.Anchor, VerdictReason.Floor],
        [Verdict.Inconclusive] = [VerdictReason.TooLittleEvidence, VerdictReason.LowCoverage, VerdictReason.Anchor, VerdictReason.Floor],
    };

    private static readonly Dictionary<ClaimKind, Dictionary<Verdict, VerdictReason[]>> Reasons = new()
    {
        [ClaimKind.None] = [],
        [ClaimKind.NotRegressedFromBaseline] = OfComparison,
        [ClaimKind.NotDegradedFromReference] = OfComparison,
        [ClaimKind.RegressedFromReference] = OfComparison,
        [ClaimKind.ImprovedOnReference] = OfComparison,
        [ClaimKind.NoStratumDegraded] = OfComparison,
        [ClaimKind.AtLeast] = Of(VerdictReason.Floor, VerdictReason.Floor, VerdictReason.Floor, VerdictReason.LowCoverage),
        [ClaimKind.WithinBudget] = new()
        {
            [Verdict.Passed] = [VerdictReason.WithinBudget, VerdictReason.Identical],
            [Verdict.Regressed] = [VerdictReason.OverBudget],
            [Verdict.Inconclusive] = [VerdictReason.TooLittleEvidence],
        },
        [ClaimKind.Certified] = new()
        {
            [Verdict.Passed] = [VerdictReason.Certified],
            [Verdict.Inconclusive] = [VerdictReason.Vacuous, VerdictReason.NotApplicable],
        },
        [ClaimKind.ObjectiveNotLowered] = Of(VerdictReason.ObjectiveNotLowered, VerdictReason.ObjectiveLowered, VerdictReason.TooLittleEvidence),
        [ClaimKind.EasyDataRecovers] = new()
        {
            [Verdict.Passed] = [VerdictReason.GapRecovered],
            [Verdict.Regressed] = [VerdictReason.GapPartlyRecovered, VerdictReason.GapNotRecovered],
            [Verdict.Inconclusive] = [VerdictReason.NoGap, VerdictReason.TooLittleEvidence],
        },
        [ClaimKind.LabelsSound] = Of(VerdictReason.LabelsSound, VerdictReason.LabelsSuspected, VerdictReason.TooLittleEvidence),
        [ClaimKind.NoFailurePattern] = Of(VerdictReason.NoPattern, VerdictReason.PatternFound),
        [ClaimKind.AugmentationHelps] = Of(VerdictReason.AugmentationHelps, VerdictReason.AugmentationHarms, VerdictReason.TooLittleEvidence),
    };

    /// <summary>The contradictions of a verdict; empty if it has none.</summary>
    /// <param name="verdict">The verdict.</param>
    public static IEnumerable<string> Of(VerdictRecord verdict) =>
        [.. OfOutcome(verdict), .. OfRule(verdict), .. VerdictNumbers.Of(verdict), .. verdict.Verdict == Verdict.NotComparable ? [] : OfEvidence(verdict)];

    private static Dictionary<Verdict, VerdictReason[]> Of(VerdictReason passed, VerdictReason regressed, params VerdictReason[] inconclusive) =>
        new() { [Verdict.Passed] = [passed], [Verdict.Regressed] = [regressed], [Verdict.Inconclusive] = inconclusive };

    private static IEnumerable<string> OfOutcome(VerdictRecord verdict)
    {
        var reasons = verdict.Verdict == Verdict.NotComparable ? Refused : Reasons[verdict.Claim].GetValueOrDefault(verdict.Verdict, []);
        if (!reasons.Contains(verdict.Reason)) yield return $"{verdict.Claim} is {verdict.Verdict} with the reason {verdict.Reason}; that reason gives no such verdict.";
        var fails = Fails(verdict);
        if (fails is { } expected && verdict.Fails != expected)
            yield return $"{verdict.Claim} is {verdict.Verdict} ({verdict.Reason}{(Policy(verdict) is { } policy ? $", policy {policy}" : "")}) and has fails: {Word(verdict.Fails)}; it must be {Word(expected)}.";
    }

    // Whether it fails the build; null where the record does not say it.
    private static bool? Fails(VerdictRecord verdict) => verdict switch
    {
        { Claim: ClaimKind.None } or { Verdict: Verdict.NotComparable } => true,
        { Claim: ClaimKind.RegressedFromReference, Verdict: not Verdict.Regressed } => true,
        { Claim: ClaimKind.RegressedFromReference } => Term(verdict, RuleTerms.Suites) is { } suites && RuleTerms.Names(suites).Count > 0 ? null : false,
        { Claim: ClaimKind.ImprovedOnReference } => verdict.Reason != VerdictReason.Improved,
        { Verdict: Verdict.Passed } => false,
        { Claim: ClaimKind.Certified } => Term(verdict, RuleTerms.Required) is not "no",
        { Verdict: Verdict.Regressed } or { Reason: VerdictReason.LowCoverage } => true,
        { Claim: ClaimKind.NotRegressedFromBaseline or ClaimKind.NotDegradedFromReference or ClaimKind.NoStratumDegraded } => Policy(verdict) is not InconclusivePolicy.Warn,
        _ => true,
    };

    private static InconclusivePolicy? Policy(VerdictRecord verdict) =>
        Enum.TryParse<InconclusivePolicy>(Term(verdict, Comparability.PolicyField), out var policy) ? policy : verdict.Rule?.Policy;

    // The terms are what is held against the approved rule, the rule is what reports show and the numbers are held to.
    private static IEnumerable<string> OfRule(VerdictRecord verdict)
    {
        if (verdict.Terms.GroupBy(term => term.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            yield return $"its rule has the term '{twice.Key}' twice.";
        if (verdict.Rule is not { } rule) yield break;
        foreach (var (name, value) in new (string, string)[]
        {
            (Comparability.MarginField, Invariant($"{rule.Margin:R}")), (Comparability.AlphaField, Invariant($"{rule.Alpha:R}")),
            (Comparability.PolicyField, $"{rule.Policy}"), (Comparability.CoverageField, Invariant($"{rule.MinimumCoverage:R}")),
        })
            if (Term(verdict, name) is { } term && term != value) yield return $"the {name} is '{term}' among its terms and '{value}' in its rule.";
    }

    private static IEnumerable<string> OfEvidence(VerdictRecord verdict)
    {
        var missing = verdict.Claim switch
        {
            ClaimKind.NotRegressedFromBaseline or ClaimKind.NotDegradedFromReference when verdict.Trainings.Count == 0 => verdict.Comparison is null,
            ClaimKind.RegressedFromReference or ClaimKind.ImprovedOnReference => verdict.Comparison is null,
            ClaimKind.NoStratumDegraded => verdict.Suites.Count == 0,
            ClaimKind.AtLeast => verdict.Rate is null || verdict.Floor is null,
            ClaimKind.WithinBudget or ClaimKind.ObjectiveNotLowered or ClaimKind.Certified => verdict.Limit is null,
            _ => false,
        };
        if (missing) yield return $"{verdict.Claim} is {verdict.Verdict} and has no numbers that could show it.";
        if (verdict.Comparison is { } && verdict.Rule is null) yield return "it compares and has no rule.";
        if (verdict is { Comparison: { } comparison, Rule: { } rule } && !VerdictNumbers.Allow(verdict, comparison, rule))
            yield return Invariant($"{verdict.Verdict} ({verdict.Reason}) does not follow from its numbers: {Numbers(verdict, comparison, rule)}.");
        if (verdict is { Claim: ClaimKind.AtLeast, Floor: { } floor, Reason: not VerdictReason.LowCoverage } && floor.Verdict != verdict.Verdict)
            yield return $"the verdict is {verdict.Verdict} and that on its floor {floor.Verdict}.";
        if (verdict.Limit is { } limit && !Allows(verdict, limit))
            yield return Invariant($"{verdict.Verdict} ({verdict.Reason}) does not follow from its limit {limit.Limit} against {limit.Against}.");
    }

    private static string Numbers(VerdictRecord verdict, ReportedComparison comparison, ReportedRule rule) => string.Join(", ", new[]
    {
        Invariant($"{comparison.Lost} lost and {comparison.Gained} gained"), Invariant($"lower limit {comparison.Limits.Lower} at a margin of {rule.Margin}"),
        Invariant($"adjusted p {comparison.AdjustedDropP} at a level of {(1 - rule.Level) / 2:0.######}"), Invariant($"{comparison.Scored} of {comparison.Items} scored"),
        verdict.Anchor is { } anchor ? $"anchor {anchor.Verdict}" : "", verdict.Floor is { } floor ? $"floor {floor.Verdict}" : "",
        verdict.Categories.Any(category => category.Fails) ? "a category fails" : "",
    }.Where(part => part.Length > 0));

    private static bool Allows(VerdictRecord verdict, ReportedLimit limit) => (verdict.Claim, verdict.Verdict, verdict.Reason) switch
    {
        (ClaimKind.WithinBudget, Verdict.Passed, _) => limit.Limit <= limit.Against,
        (ClaimKind.WithinBudget, Verdict.Regressed, _) => limit.Limit > limit.Against,
        (ClaimKind.Certified, Verdict.Passed, _) => limit.Limit >= limit.Against,
        (ClaimKind.Certified, _, VerdictReason.Vacuous) => limit.Limit < limit.Against,
        (ClaimKind.ObjectiveNotLowered, Verdict.Passed, _) => limit.Limit >= limit.Against,
        (ClaimKind.ObjectiveNotLowered, _, _) => limit.Limit < limit.Against,
        _ => true,
    };

    private static string? Term(VerdictRecord verdict, string name) => verdict.Terms.FirstOrDefault(term => term.Name == name)?.Value;

    private static string Word(bool value) => value ? "true" : "false";
}
