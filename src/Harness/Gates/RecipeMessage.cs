using System.Text;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>The words of a claim about a recipe, in the order of <see cref="VerdictMessage"/>.</summary>
internal static class RecipeMessage
{
    private const int ShownLost = 10, ShownGained = 5;
    private const double Power = 0.8;

    public static string Of(RecipeQuestion question, RecipeOutcome outcome, RecipeEvidence evidence)
    {
        var limits = outcome.Limits!.Value;
        var text = new StringBuilder();
        text.Append(Headline(question, outcome, evidence)).Append('\n');
        Line(text, "change", Invariant($"{Words.Points(outcome.Difference)}, {100 * (1 - 2 * question.Settings.AlphaOfALook):0.##} % interval {Words.Points(limits.Lower)} to {Words.Points(limits.Upper)} (two-sided; items by the grid-Kelly sequence, trainings by Welch's t, which adds {Words.Unsigned(outcome.SeedHalfWidth)} on each side); margin {Words.Unsigned(question.Settings.Margin)}"));
        Line(text, "on", Invariant($"{evidence.Differences.Length} items: {evidence.Differences.Count(d => d < 0)} worse, {evidence.Differences.Count(d => d > 0)} better on average; {question.Now.Count} trainings now with rates {Rates(evidence.Pairs.Select(p => p.Items.Average(i => i.WorstNow)))}; {(question.Kind == ComparisonKind.Baseline ? Invariant($"{question.Approved.Count} before with rates {Rates(evidence.Pairs.Select(p => p.Items.Average(i => i.WorstApproved)))}") : Invariant($"one reference with rate {evidence.Approved.Average():0.####}"))}"));
        if (evidence.Coverage < 1) Line(text, "unscored", Invariant($"coverage {100 * evidence.Coverage:0.##} % in the training with the least, at least {100 * question.Settings.MinimumCoverage:0.##} % needed"));
        Line(text, "flipped", Flipped(evidence));
        Line(text, "could see", CouldSee(question, outcome, evidence));
        Because(text, question);
        Line(text, "next", Next(question, outcome));
        return text.ToString().TrimEnd('\n');
    }

    public static string Refused(RecipeQuestion question, VerdictReason reason, IReadOnlyList<string> problems)
    {
        var what = reason switch
        {
            VerdictReason.NoBaseline => "has no approved baseline for the recipe, so nothing says what it may be",
            VerdictReason.IdentityDiffers => $"is not comparable for the recipe with {Other(question)}",
            _ => "cannot be judged as a claim about the recipe",
        };
        var text = new StringBuilder();
        text.Append(question.Now.Count > 0 ? question.Now[0].Metric : "The recipe").Append(' ').Append(what).Append(".\n");
        foreach (var problem in problems.Distinct(StringComparer.Ordinal)) Line(text, reason == VerdictReason.IdentityDiffers ? "differs" : "problem", problem);
        Because(text, question);
        Line(text, "next", reason switch
        {
            VerdictReason.NoBaseline => "look at the results; if they are what you want to hold, " + Approve(question),
            VerdictReason.IdentityDiffers => "undo the change, or, if it is meant, " + Approve(question),
            _ => "repair what is named, or, when the number of trainings changed on purpose, remove the old baselines and " + Approve(question),
        });
        return text.ToString().TrimEnd('\n');
    }

    private static string Headline(RecipeQuestion question, RecipeOutcome outcome, RecipeEvidence evidence)
    {
        var (metric, margin, other) = (question.Now[0].Metric, Words.Unsigned(question.Settings.Margin), Other(question));
        return (outcome.Verdict, outcome.Reason) switch
        {
            (Verdict.Passed, VerdictReason.Identical) => $"{metric} passed for the recipe: its trainings are identical with {other} (same weights, engine, options and responses), so there was nothing to test.",
            (Verdict.Passed, _) => $"{metric} passed for the recipe: a drop of {margin} or more against {other} is ruled out over its trainings.",
            (Verdict.Regressed, _) => $"{metric} regressed for the recipe against {other}.",
            (_, VerdictReason.LowCoverage) => Invariant($"{metric} is inconclusive for the recipe: in one training only {100 * evidence.Coverage:0.#} % of the items are scored on both sides; {100 * question.Settings.MinimumCoverage:0.#} % are needed before any number counts."),
            _ => $"{metric} is inconclusive for the recipe: a drop of {margin} against {other} is neither ruled out nor shown.",
        };
    }

    private static string Flipped(RecipeEvidence evidence)
    {
        var items = evidence.Pairs[0].InOrder.Select((item, i) => (item.Id, Then: evidence.Approved[i], Now: evidence.Now[i])).ToList();
        var (lost, gained) = (items.Where(i => i.Now < i.Then).OrderBy(i => i.Now - i.Then).ToList(), items.Where(i => i.Now > i.Then).OrderByDescending(i => i.Now - i.Then).ToList());
        return lost.Count + gained.Count == 0 ? "none" : $"lost {Ids(lost, ShownLost)}; gained {Ids(gained, ShownGained)}";
    }

    private static string Ids(List<(string Id, double Then, double Now)> items, int most) =>
        items.Count == 0 ? "none"
            : string.Join(", ", items.Take(most).Select(i => Invariant($"{i.Id} ({i.Then:0.##} → {i.Now:0.##})"))) + (items.Count > most ? Invariant($" and {items.Count - most} more") : "");

    /// <summary>By the spread of items and trainings seen here, as if it were known.</summary>
    private static string CouldSee(RecipeQuestion question, RecipeOutcome outcome, RecipeEvidence evidence)
    {
        var sure = Normal.UpperQuantile(1 - Power) * evidence.StandardError;
        var regressed = evidence.UpperForADrop - outcome.Difference + sure;
        var notPassed = Math.Max(0, question.Settings.Margin - (outcome.Difference - outcome.Limits!.Value.Lower) + sure);
        var words = Invariant($"at about {100 * Power:0} % power, by the spread seen here: {Drop(regressed)} to be Regressed, {Drop(notPassed)} to be not Passed");
        return notPassed == 0 ? words + " (so even an unchanged recipe seldom passes: too few items or trainings for this margin)" : words;
    }

    private static string Drop(double drop) => drop <= 1 ? $"a drop of {Words.Unsigned(drop)}" : "no drop is large enough";

    private static string Next(RecipeQuestion question, RecipeOutcome outcome) => outcome.Verdict switch
    {
        Verdict.Passed => "nothing",
        Verdict.Regressed => "read the flipped items of the worst training; repair the recipe, or, if the change is meant, " + Approve(question),
        _ when outcome.Reason == VerdictReason.LowCoverage => "find out why responses are unscored (truncated, empty, judge errors); raise MaxNewTokens or repair the scorer, then evaluate again",
        _ => "train more seeds when the trainings differ, evaluate more items when they do not",
    };

    private static string Rates(IEnumerable<double> rates) => string.Join(", ", rates.Select(r => Invariant($"{r:0.####}")));

    private static string Approve(RecipeQuestion question) =>
        question.ApproveCommand is { Length: > 0 } command ? $"approve it in the same change and say why: {command}" : "change the specification in the same change and say why";

    private static string Other(RecipeQuestion question) => question.Kind == ComparisonKind.Baseline ? "the approved baseline" : "the untuned reference";

    private static void Because(StringBuilder text, RecipeQuestion question)
    {
        if (question.Settings.Because is { Length: > 0 } because) Line(text, "because", because);
    }

    private static void Line(StringBuilder text, string label, string words) => text.Append("  ").Append(label.PadRight(10)).Append(words).Append('\n');
}
