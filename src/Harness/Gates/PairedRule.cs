using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>Decides a claim about one checkpoint: the paired test with the baseline or the reference, then the guards.</summary>
internal static class PairedRule
{
    public static OpenClaim Open(PairedClaim claim)
    {
        if (Refusal(claim) is { } refused) return OpenClaim.Alone(refused);
        List<PairedTest> tests = [new(Counterpart(claim.Approved!, claim), claim.Now, claim.Settings.Margin, claim.Settings)];
        if (claim.Anchor is { } anchor) tests.Add(new(Counterpart(anchor, claim), claim.Now, claim.Settings.AnchorMargin, claim.Settings));
        return new(tests, results => Decide(claim, results[0], results.Count > 1 ? results[1] : null));
    }

    private static Decision Decide(PairedClaim claim, PairedEvidence main, PairedEvidence? anchor)
    {
        var settings = claim.Settings;
        var evidence = main with
        {
            Anchor = anchor,
            Categories = CategoryGuard.Look(main.Comparison, settings),
            Floor = FloorOf(main.Comparison, settings)
        };
        var (verdict, reason) = new GuardFindings
        {
            Covered = main.Comparison.Coverage >= settings.MinimumCoverage && !(anchor?.Comparison.Coverage < settings.MinimumCoverage),
            Identical = Comparability.SameModelAndOptions(claim.Approved!, claim.Now)
                && Comparability.SameOutcomes(claim.Approved!, claim.Now),
            Main = main.Verdict,
            Improved = main.Limits.Lower > 0,
            CategoryDropped = evidence.Categories.Any(category => category.Fails),
            Anchor = anchor?.Verdict,
            Floor = evidence.Floor?.Verdict,
        }.Combine();
        return new() { Claim = claim, Verdict = verdict, Reason = reason, Evidence = evidence };
    }

    /// <summary>The comparison with the anchor where there is no baseline; <c>null</c> if there is no anchor, or none that compares.</summary>
    public static PairedEvidence? AnchorAlone(PairedClaim claim)
    {
        if (claim.Anchor is not { } anchor || claim.Settings.Problems().Any() || Comparability.Differences(anchor, claim.Now).Any() || Broken(anchor, claim).Any()) return null;
        var test = new PairedTest(Counterpart(anchor, claim), claim.Now, claim.Settings.AnchorMargin, claim.Settings);
        return test.Decide(test.DropP, family: 1);
    }

    /// <summary>The rate against its floor where there is no baseline; <c>null</c> if the rule has none.</summary>
    public static FloorEvidence? FloorAlone(PairedClaim claim) =>
        claim.Settings.Problems().Any() ? null : FloorOf(PairedComparison.Of(claim.Now, claim.Now), claim.Settings);

    private static FloorEvidence? FloorOf(PairedComparison comparison, GateSettings settings) => settings.Floor is { } floor
        ? FloorEvidence.Of(floor, [.. comparison.UnitsInOrder.Select(unit => unit.WorstNow)],
            exact: settings.Looks != Looks.AnyTime, settings.AlphaOfALook)
        : null;

    private static Decision? Refusal(PairedClaim claim)
    {
        if (claim.BaselineProblem is { } problem) return claim.Refuse(VerdictReason.BadEvidence, problem);
        if (claim.Settings.Problems().ToArray() is { Length: > 0 } settings) return claim.Refuse(VerdictReason.BadEvidence, settings);
        if (claim.Approved is not { } approved)
            return PairingProblems.Alone(claim.Now, "present").ToArray() is { Length: > 0 } damaged ? claim.Refuse(VerdictReason.BadEvidence, damaged) : claim.Refuse(VerdictReason.NoBaseline);
        var differences = Comparability.Differences(approved, claim.Now, claim.Then).ToList();
        if (claim.ApprovedSettings is { } then)
        {
            var rules = new[] { claim.Settings, claim.RecordedSettings }.OfType<GateSettings>();
            differences.AddRange(rules.SelectMany(rule => Comparability.Differences(then, rule, claim.Now.Direction)).Distinct(StringComparer.Ordinal));
        }

        if (claim.Anchor is { } pinned) differences.AddRange(Comparability.Differences(pinned, claim.Now, claim.AnchorThen).Select(d => "anchor: " + d));
        if (differences.Count > 0) return claim.Refuse(VerdictReason.IdentityDiffers, differences);
        var broken = Broken(approved, claim).ToList();
        if (claim.Anchor is { } anchor) broken.AddRange(Broken(anchor, claim).Select(p => "anchor: " + p));
        return broken.Count > 0 ? claim.Refuse(VerdictReason.BadEvidence, broken) : null;
    }

    private static IEnumerable<string> Broken(Measurement approved, PairedClaim claim)
    {
        var alone = PairingProblems.Alone(approved, "approved").ToArray(); // cutting an approved side with twice the same id would hide it
        if (alone.Length > 0) return alone;
        var counterpart = ItemBudget.Counterpart(approved, claim.Now, claim.Settings.Looks, out var problem);
        return problem is null ? PairingProblems.Of(counterpart, claim.Now) : [problem];
    }

    private static Measurement Counterpart(Measurement approved, PairedClaim claim) =>
        ItemBudget.Counterpart(approved, claim.Now, claim.Settings.Looks, out _);
}
