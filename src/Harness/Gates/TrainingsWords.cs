using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>The words of a claim about a recipe, in the order of <see cref="PairedWords"/>.</summary>
internal static class TrainingsWords
{
    private const int ShownLost = 10, ShownGained = 5;
    private const double Power = 0.8;

    public static string Headline(TrainingsClaim claim, Decision decision)
    {
        var (metric, margin, other) = (claim.Metric, Words.Unsigned(claim.Settings.Margin), claim.Other);
        if (decision.Evidence is not TrainingsEvidence evidence) return metric + Refused(claim, decision.Reason);
        return (decision.Verdict, decision.Reason) switch
        {
            (Verdict.Passed, VerdictReason.Identical) => $"{metric} passed for the recipe: its trainings are identical with {other} (same weights, engine, options and responses), so there was nothing to test.",
            (Verdict.Passed, _) =>
                $"{metric} passed for the recipe: a drop of {margin} or more against {other} is ruled out over its trainings.",
            (Verdict.Regressed, VerdictReason.Anchor) =>
                $"{metric} regressed for the recipe against its anchor, {claim.AnchorName}: small losses have added up.",
            (Verdict.Regressed, VerdictReason.CategoryDrop) =>
                $"{metric} regressed for the recipe in {string.Join(", ", evidence.Categories.Where(c => c.Fails).Select(c => c.Category))}, while the mean alone would not have shown it, against {other}.",
            (Verdict.Regressed, _) => $"{metric} regressed for the recipe against {other}.",
            (_, VerdictReason.LowCoverage) => Invariant($"{metric} is inconclusive for the recipe: in one training only {100 * Deciding(decision, evidence).Coverage:0.#} % of the items are scored on both sides; {100 * claim.Settings.MinimumCoverage:0.#} % are needed before any number counts."),
            (_, VerdictReason.Anchor) => $"{metric} is inconclusive for the recipe against its anchor, {claim.AnchorName}: a drop of {Words.Unsigned(claim.Settings.AnchorMargin)} is not ruled out.",
            _ => $"{metric} is inconclusive for the recipe: a drop of {margin} against {other} is neither ruled out nor shown.",
        };
    }

    public static IEnumerable<TextLine> Lines(TrainingsClaim claim, Decision decision) =>
        decision.Evidence is TrainingsEvidence evidence ? Compared(claim, decision, evidence)
        : decision.Reason == VerdictReason.NoBaseline && claim.Against == ComparisonKind.Baseline ? [.. First(claim), .. claim.Refusal(decision)]
        : claim.Refusal(decision);

    private static IEnumerable<TextLine> First(TrainingsClaim claim) =>
        [new("rates", $"{Rates(claim.Now.Select(now => InferenceUnits.Values(now).Average()))} of the trainings on {UnitWords.Count(claim.Now[0].Items.Count, InferenceUnits.Sizes(claim.Now[0])?.Count)}, which would be the baseline")];

    public static string Next(TrainingsClaim claim, Decision decision) => (decision.Verdict, decision.Reason) switch
    {
        _ when claim.BaselineProblem is not null => "repair the baseline; what cannot be trusted is never compared with",
        (_, VerdictReason.NoBaseline) => "look at the results; if they are what you want to hold, " + claim.Approve,
        (_, VerdictReason.IdentityDiffers) => "undo the change, or, if it is meant, " + claim.Approve,
        (Verdict.NotComparable, _) =>
            "repair what is named, or, when the number of trainings changed on purpose, remove the old baselines and " + claim.Approve,
        (Verdict.Passed, _) => "nothing",
        (_, VerdictReason.LowCoverage) => "find out why responses are unscored (truncated, empty, judge errors); raise MaxNewTokens or repair the scorer, then evaluate again",
        (_, VerdictReason.Anchor) => $"read the flipped items of the worst training and repair the recipe; approving this result does not help, because {claim.AnchorName} stays the anchor. Only a wider {nameof(GateSettings.AnchorMargin)} in the spec, approved in the same change with its reason, lets it pass",
        (Verdict.Regressed, _) =>
            "read the flipped items of the worst training; repair the recipe, or, if the change is meant, " + claim.Approve,
        _ when claim.Settings.Looks == Looks.TwoPlanned && claim.Approved is [{ Items.Count: var all }, ..] && claim.Now[0].Items.Count < all =>
            Invariant($"evaluate further items in the fixed order, up to the {all} of the baseline"),
        _ => "train more seeds when the trainings differ, evaluate more items when they do not",
    };

    private static TrainingsEvidence Deciding(Decision decision, TrainingsEvidence evidence) =>
        evidence.Anchor is { } anchor && (decision.Reason == VerdictReason.Anchor || (decision.Reason == VerdictReason.LowCoverage && anchor.Coverage < evidence.Coverage))
            ? anchor : evidence;

    private static IEnumerable<TextLine> Compared(TrainingsClaim claim, Decision decision, TrainingsEvidence evidence)
    {
        var main = Deciding(decision, evidence);
        yield return new("change", Change(claim.Settings, main));
        var before = main.ApprovedRates.Count > 1
            ? Invariant($"{main.ApprovedRates.Count} before with rates {Rates(main.ApprovedRates)}")
            : Invariant($"one reference with rate {main.ApprovedRates[0]:0.####}");
        yield return new("on", Invariant($"{UnitWords.Count(main.Pairs[0])}: {main.Differences.Count(d => d < 0)}{UnitWords.Behaviors(main.Pairs[0])} worse, {main.Differences.Count(d => d > 0)} better on average; {main.NowRates.Count} trainings now with rates {Rates(main.NowRates)}; {before}"));
        if (Corrected(claim) is { Length: > 0 } corrected) yield return new("corrected", corrected);
        if (main.Coverage < 1) yield return new("unscored", Invariant($"coverage {100 * main.Coverage:0.##} % in the training with the least, at least {100 * claim.Settings.MinimumCoverage:0.##} % needed"));
        foreach (var category in evidence.Categories.Where(c => c.Fails))
            yield return new("category", Invariant($"{category.Category}: {Words.Points(category.Difference)} on {UnitWords.Count(category.Items, category.Behaviors)} over the trainings, {category.Lost} worse, {category.Gained} better, p {Words.P(category.DropP)}, after Holm over {evidence.Categories.Count} categories {Words.P(category.AdjustedDropP)}"));
        if (evidence.Anchor is { } anchor)
            yield return ReferenceEquals(main, anchor)
                ? new("approved", Beside(claim.Other, claim.Settings, evidence))
                : new("anchor", Beside(claim.AnchorName, claim.Settings, anchor));
        yield return new("flipped", Flipped(main));
        yield return new("could see", CouldSee(main));
    }

    /// <summary>The trainings of which a corrected rate is defined, in one line; empty if there is none.</summary>
    private static string Corrected(TrainingsClaim claim)
    {
        var level = 1 - 2 * claim.Settings.AlphaOfALook;
        return string.Join("; ", claim.Now.Select((now, i) => (Training: i + 1, Rate: ScorerCorrected.Of(now, level)))
            .Where(found => found.Rate is not null).Select(found => Invariant($"training {found.Training}: {found.Rate}")));
    }

    private static string Refused(TrainingsClaim claim, VerdictReason reason) => reason switch
    {
        _ when claim.BaselineProblem is not null => " has a baseline that cannot be trusted.",
        VerdictReason.NoBaseline => " has no approved baseline for the recipe to compare with.",
        VerdictReason.IdentityDiffers => $" is not comparable for the recipe with {claim.Other}.",
        _ => " cannot be judged as a claim about the recipe.",
    };

    private static string Beside(string name, GateSettings settings, TrainingsEvidence other) =>
        Invariant($"{name}: {Change(settings, other)}; {other.Verdict}");

    private static string Change(GateSettings settings, TrainingsEvidence evidence) =>
        Invariant($"{Words.Points(evidence.Difference)}, {100 * (1 - 2 * settings.AlphaOfALook):0.##} % interval {Words.Points(evidence.Limits.Lower)} to {Words.Points(evidence.Limits.Upper)} (two-sided; items by the grid-Kelly sequence, trainings by Welch's t, which adds {Words.Unsigned(evidence.SeedHalfWidth)} on each side); margin {Words.Unsigned(evidence.Margin)}");

    private static string Flipped(TrainingsEvidence evidence)
    {
        var items = evidence.Pairs[0].UnitsInOrder.Select((item, i) => (item.Id, Then: evidence.Approved[i], Now: evidence.Now[i]))
            .ToList();
        var (lost, gained) = (items.Where(i => i.Now < i.Then).OrderBy(i => i.Now - i.Then).ToList(), items.Where(i => i.Now > i.Then).OrderByDescending(i => i.Now - i.Then).ToList());
        return lost.Count + gained.Count == 0 ? "none" : $"lost {Ids(lost, ShownLost)}; gained {Ids(gained, ShownGained)}";
    }

    private static string Ids(List<(string Id, double Then, double Now)> items, int most) =>
        items.Count == 0 ? "none"
            : string.Join(", ", items.Take(most).Select(i => Invariant($"{i.Id} ({i.Then:0.##} → {i.Now:0.##})"))) + (items.Count > most ? Invariant($" and {items.Count - most} more") : "");

    /// <summary>By the spread of items and trainings seen here, as if it were known.</summary>
    private static string CouldSee(TrainingsEvidence evidence)
    {
        var sure = Normal.UpperQuantile(1 - Power) * evidence.StandardError;
        var regressed = evidence.UpperForADrop - evidence.Difference + sure;
        var notPassed = Math.Max(0, evidence.Margin - (evidence.Difference - evidence.Limits.Lower) + sure);
        var words = Invariant($"at about {100 * Power:0} % power, by the spread seen here: {Drop(regressed)} to be Regressed, {Drop(notPassed)} to be not Passed");
        return notPassed == 0 ? words + " (so even an unchanged recipe seldom passes: too few items or trainings for this margin)" : words;
    }

    private static string Drop(double drop) => drop <= 1 ? $"a drop of {Words.Unsigned(drop)}" : "no drop is large enough";

    private static string Rates(IEnumerable<double> rates) => string.Join(", ", rates.Select(r => Invariant($"{r:0.####}")));
}
