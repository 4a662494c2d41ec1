using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Decides a claim about a recipe over K trainings. Two things are uncertain: which items the benchmark happens to hold, and which
/// weights a seed happens to give. Each gets half of α: the grid-Kelly sequence over items for the given trainings, and Welch's t
/// over the trainings' rates; the half-widths are added, which by the union bound is valid and a little strict.
/// </summary>
internal static class TrainingsRule
{
    public static Decision Decide(TrainingsClaim claim)
    {
        if (Refusal(claim) is { } refused) return refused;
        var main = Compare(claim, claim.Approved, claim.Settings.Margin);
        var anchor = claim.Anchors is { Count: > 0 } pinned ? Compare(claim, pinned, claim.Settings.AnchorMargin) : null;
        var (verdict, reason) = new GuardFindings
        {
            Covered = main.Coverage >= claim.Settings.MinimumCoverage && !(anchor?.Coverage < claim.Settings.MinimumCoverage),
            Identical = IsIdentical(claim),
            Main = main.Verdict,
            Improved = main.Limits.Lower > 0,
            Anchor = anchor?.Verdict,
        }.Combine();
        return new() { Claim = claim, Verdict = verdict, Reason = reason, Evidence = main with { Anchor = anchor } };
    }

    private static TrainingsEvidence Compare(TrainingsClaim claim, IReadOnlyList<Measurement> approved, double margin)
    {
        var pairs = claim.Now.Select((now, k) => PairedComparison.Of(approved[Math.Min(k, approved.Count - 1)], now)).ToArray();
        var rates = new Rates(Each(pairs, i => i.WorstNow), Each(pairs[..approved.Count], i => i.WorstApproved));
        var (now, then) = (Means(pairs, i => i.WorstNow), Means(pairs[..approved.Count], i => i.WorstApproved));
        double[] differences = [.. now.Zip(then, (n, a) => n - a)];
        var limits = Limits(claim.Settings.AlphaOfALook, differences, rates, out var seedHalf);
        var drop = claim.Family == 1 ? limits : Limits(claim.Settings.AlphaOfALook / claim.Family, differences, rates, out _);
        return new()
        {
            Pairs = pairs,
            Margin = margin,
            Verdict = limits.Lower > -margin ? Verdict.Passed : drop.Upper < 0 ? Verdict.Regressed : Verdict.Inconclusive,
            Limits = limits,
            SeedHalfWidth = seedHalf,
            UpperForADrop = drop.Upper,
            StandardError = StandardError(differences, rates),
            Now = now,
            Approved = then,
            NowRates = rates.Now,
            ApprovedRates = rates.Approved,
        };
    }

    /// <summary>The approved trainings themselves, each measured the same way: nothing to test.</summary>
    private static bool IsIdentical(TrainingsClaim claim) =>
        claim.Approved.Count == claim.Now.Count
            && claim.Approved.Zip(claim.Now)
            .All(pair => Comparability.SameModelAndOptions(pair.First, pair.Second) && Comparability.SameOutcomes(pair.First, pair.Second));

    private static double StandardError(double[] differences, Rates rates)
    {
        var items = differences.Length < 2 ? 0 : StudentMean.Of(differences).StandardError;
        return Math.Sqrt(items * items + Spread(rates.Now) + Spread(rates.Approved));
    }

    private static Interval Limits(double alpha, double[] differences, Rates rates, out double seedHalf)
    {
        var items = new ConfidenceSequence([.. differences.Select(d => (1 + d) / 2)], SequenceMethod.GridKelly, alpha).RunningAtEnd(); // α/2 on each side
        var (a, b) = (Spread(rates.Now), Spread(rates.Approved));
        seedHalf = 0;
        if (a + b > 0)
        {
            var df = (a + b) * (a + b) / (a * a / (rates.Now.Length - 1) + (b > 0 ? b * b / (rates.Approved.Length - 1) : 0));
            seedHalf = StudentT.UpperQuantile(alpha / 2, df) * Math.Sqrt(a + b);
        }

        return new(Math.Max(-1, 2 * items.Lower - 1 - seedHalf), Math.Min(1, 2 * items.Upper - 1 + seedHalf));
    }

    /// <summary>Variance of the mean over trainings; a single checkpoint has none.</summary>
    private static double Spread(double[] rates) => rates.Length < 2 ? 0 : Math.Pow(StudentMean.Of(rates).StandardError, 2);

    private static double[] Each(PairedComparison[] pairs, Func<PairedUnit, double> value) =>
        [.. pairs.Select(p => p.Units.Average(value))];

    private static double[] Means(PairedComparison[] pairs, Func<PairedUnit, double> value) =>
        [.. Enumerable.Range(0, pairs[0].UnitsInOrder.Count).Select(i => pairs.Average(p => value(p.UnitsInOrder[i])))];

    private static Decision? Refusal(TrainingsClaim claim)
    {
        if (claim.BaselineProblem is { } problem) return claim.Refuse(VerdictReason.BadEvidence, problem);
        if (claim.Approved.Count == 0 && claim.Now.Count >= TrainingsClaim.FewestSeeds)
            return claim.Refuse(VerdictReason.NoBaseline, TooFew(claim));
        if (Damaged(claim).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } damaged)
            return claim.Refuse(VerdictReason.BadEvidence, damaged);
        if (Differing(claim).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } differs)
            return claim.Refuse(VerdictReason.IdentityDiffers, differs);
        var unpaired = Others(claim).SelectMany(other => PairingProblems.Of(other, claim.Now[0])).ToList();
        unpaired.AddRange(claim.Anchors.SelectMany(anchor => PairingProblems.Of(anchor, claim.Now[0])).Select(p => "anchor: " + p));
        return unpaired.Count > 0 ? claim.Refuse(VerdictReason.BadEvidence, [.. unpaired.Distinct(StringComparer.Ordinal)]) : null;
    }

    private static IEnumerable<string> Damaged(TrainingsClaim claim)
    {
        foreach (var problem in claim.Settings.Problems()) yield return problem;
        if (claim.Settings.Looks != Looks.Once) yield return "a claim about a recipe is looked at once; Looks must be Once.";
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
            foreach (var difference in Comparability.Differences(other, claim.Now[0])) yield return difference;
        if (claim.ApprovedSettings is { } then)
            foreach (var difference in Comparability.Differences(then, claim.Settings, claim.Now[0].Direction)) yield return difference;
        foreach (var anchor in claim.Anchors)
            foreach (var difference in Comparability.Differences(anchor, claim.Now[0])) yield return "anchor: " + difference;
    }

    private static IEnumerable<Measurement> Others(TrainingsClaim claim) => claim.Now.Skip(1).Concat(claim.Approved);

    private static string TooFew(TrainingsClaim claim) => Invariant($"there are {claim.Approved.Count} approved measurements; {Needed(claim)} are needed beside {claim.Now.Count} trainings.");

    private static int Needed(TrainingsClaim claim) => claim.Against == ComparisonKind.Reference ? 1 : claim.Now.Count;

    private sealed record Rates(double[] Now, double[] Approved);
}
