using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Decides a claim about a recipe over K trainings. Two things are uncertain: which items the benchmark happens to hold, and which
/// weights a seed happens to give. Each gets half of α: the grid-Kelly sequence over items for the given trainings, and Welch's t
/// over the trainings' rates; the half-widths are added, which by the union bound is valid and a little strict. Of two planned looks each is
/// made at α/2.
/// </summary>
internal static class TrainingsRule
{
    public static Decision Decide(TrainingsClaim claim)
    {
        if (Refusal(claim) is { } refused) return refused;
        var approved = Counterparts(claim.Approved, claim);
        var main = Compare(claim, approved, claim.Settings.Margin) is var compared
            ? compared with { Categories = TrainingsCategories.Look(compared.Pairs, approved.Count, claim.Settings) }
            : compared;
        var anchor = claim.Anchors.Count > 0 ? Compare(claim, Counterparts(claim.Anchors, claim), claim.Settings.AnchorMargin) : null;
        var (verdict, reason) = new GuardFindings
        {
            Covered = main.Coverage >= claim.Settings.MinimumCoverage && !(anchor?.Coverage < claim.Settings.MinimumCoverage),
            Identical = IsIdentical(approved, claim.Now),
            Main = main.Verdict,
            Improved = main.Limits.Lower > 0,
            CategoryDropped = main.Categories.Any(category => category.Fails),
            Anchor = anchor?.Verdict,
        }.Combine();
        return new() { Claim = claim, Verdict = verdict, Reason = reason, Evidence = main with { Anchor = anchor } };
    }

    private static TrainingsEvidence Compare(TrainingsClaim claim, IReadOnlyList<Measurement> approved, double margin)
    {
        var pairs = claim.Now.Select((now, k) => PairedComparison.Of(approved[Math.Min(k, approved.Count - 1)], now)).ToArray();
        var sample = TrainingsSample.Of([.. pairs.Select(pair => pair.UnitsInOrder)], approved.Count);
        var limits = sample.Limits(claim.Settings.AlphaOfALook, out var seedHalf);
        var drop = claim.Family == 1 ? limits : sample.Limits(claim.Settings.AlphaOfALook / claim.Family, out _);
        return new()
        {
            Pairs = pairs,
            Margin = margin,
            Verdict = limits.Lower > -margin ? Verdict.Passed : drop.Upper < 0 ? Verdict.Regressed : Verdict.Inconclusive,
            Limits = limits,
            SeedHalfWidth = seedHalf,
            UpperForADrop = drop.Upper,
            StandardError = sample.StandardError,
            Now = sample.Now,
            Approved = sample.Approved,
            NowRates = sample.NowRates,
            ApprovedRates = sample.ApprovedRates,
        };
    }

    // Of a first look, the same items of the full baseline.
    private static IReadOnlyList<Measurement> Counterparts(IReadOnlyList<Measurement> approved, TrainingsClaim claim) =>
        [.. approved.Select(full => ItemBudget.Counterpart(full, claim.Now[0], claim.Settings.Looks, out _))];

    /// <summary>The approved trainings themselves, each measured the same way: nothing to test.</summary>
    private static bool IsIdentical(IReadOnlyList<Measurement> approved, IReadOnlyList<Measurement> now) =>
        approved.Count == now.Count
            && approved.Zip(now).All(pair => Comparability.SameModelAndOptions(pair.First, pair.Second) && Comparability.SameOutcomes(pair.First, pair.Second));

    private static Decision? Refusal(TrainingsClaim claim)
    {
        if (claim.BaselineProblem is { } problem) return claim.Refuse(VerdictReason.BadEvidence, problem);
        if (claim.Approved.Count == 0 && claim.Now.Count >= TrainingsClaim.FewestSeeds)
        {
            var alone = claim.Now.SelectMany((now, training) => PairingProblems.Alone(now, Name(training))).ToArray();
            return alone.Length > 0 ? claim.Refuse(VerdictReason.BadEvidence, alone) : claim.Refuse(VerdictReason.NoBaseline, TooFew(claim));
        }

        if (Damaged(claim).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } damaged)
            return claim.Refuse(VerdictReason.BadEvidence, damaged);
        if (Differing(claim).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } differs)
            return claim.Refuse(VerdictReason.IdentityDiffers, differs);
        var unpaired = claim.Now.Skip(1).SelectMany((other, k) => PairingProblems.Of(other, claim.Now[0], Name(k + 1), Name(0))).ToList();
        unpaired.AddRange(claim.Approved.SelectMany(approved => Unpaired(approved, claim)));
        unpaired.AddRange(claim.Anchors.SelectMany(anchor => Unpaired(anchor, claim)).Select(p => "anchor: " + p));
        return unpaired.Count > 0 ? claim.Refuse(VerdictReason.BadEvidence, [.. unpaired.Distinct(StringComparer.Ordinal)]) : null;
    }

    private static string Name(int training) => Invariant($"present training-{training + 1}");

    private static IEnumerable<string> Unpaired(Measurement approved, TrainingsClaim claim)
    {
        var alone = PairingProblems.Alone(approved, "approved").ToArray(); // cutting a side with twice the same id would hide it
        if (alone.Length > 0) return alone;
        var counterpart = ItemBudget.Counterpart(approved, claim.Now[0], claim.Settings.Looks, out var problem);
        return problem is null ? PairingProblems.Of(counterpart, claim.Now[0]) : [problem];
    }

    private static IEnumerable<string> Damaged(TrainingsClaim claim)
    {
        foreach (var problem in claim.Settings.Problems()) yield return problem;
        if (claim.Settings.Looks == Looks.AnyTime)
            yield return "a claim about a recipe is looked at once or twice, as planned: Welch's t over its trainings holds for a fixed number of looks; Looks must be Once or TwoPlanned.";
        if (claim.Settings.Floor is not null)
            yield return "a claim about a recipe has no floor; put it on a spec of one checkpoint (BeAtLeast, or Floor there).";
        if (claim.Family < 1) yield return Invariant($"the family is {claim.Family}; it must be 1 or more.");
        if (claim.Now.Count < TrainingsClaim.FewestSeeds) { yield return Invariant($"there are {claim.Now.Count} trainings; a claim about a recipe needs {TrainingsClaim.FewestSeeds} or more."); yield break; }
        if (claim.Approved.Count != Needed(claim)) { yield return TooFew(claim); yield break; }
        if (claim.FirstApproved.Count > 0 && claim.FirstApproved.Count != claim.Now.Count)
            yield return Invariant($"there are {claim.FirstApproved.Count} first approved measurements as the anchor; {claim.Now.Count} are needed beside {claim.Now.Count} trainings.");
        foreach (var side in new[] { claim.Now, claim.Approved, claim.FirstApproved })
            foreach (var twice in side.GroupBy(m => m.Model.WeightsDigest, StringComparer.Ordinal).Where(g => g.Count() > 1))
                yield return Invariant($"{twice.Count()} trainings gave the same weights ({twice.Key}); they are one training, measured more than once.");
    }

    private static IEnumerable<string> Differing(TrainingsClaim claim)
    {
        foreach (var other in Others(claim))
            foreach (var difference in Comparability.Differences(other, claim.Now[0], claim.Then)) yield return difference;
        if (claim.ApprovedSettings is { } then)
            foreach (var difference in Comparability.Differences(then, claim.Settings, claim.Now[0].Direction)) yield return difference;
        foreach (var anchor in claim.Anchors)
            foreach (var difference in Comparability.Differences(anchor, claim.Now[0], claim.AnchorThen)) yield return "anchor: " + difference;
    }

    private static IEnumerable<Measurement> Others(TrainingsClaim claim) => claim.Now.Skip(1).Concat(claim.Approved);

    private static string TooFew(TrainingsClaim claim) => Invariant($"there are {claim.Approved.Count} approved measurements; {Needed(claim)} are needed beside {claim.Now.Count} trainings.");

    private static int Needed(TrainingsClaim claim) => claim.Against == ComparisonKind.Reference ? 1 : claim.Now.Count;
}
