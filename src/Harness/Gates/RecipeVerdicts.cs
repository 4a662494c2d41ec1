using SafetyGate.Harness.Benchmarks;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Decides a claim about a recipe over K trainings. Two things are uncertain: which items the benchmark happens to hold, and which
/// weights a seed happens to give. Each gets half of α: the grid-Kelly sequence over items for the trainings at hand, and Welch's t
/// over the trainings' rates; the half-widths are added, which by the union bound is valid and a little strict.
/// </summary>
public static class RecipeVerdicts
{
    /// <summary>The verdict of one claim.</summary>
    public static RecipeOutcome Decide(RecipeQuestion question)
    {
        if (Problems(question).Take(8).ToArray() is { Length: > 0 } problems) return Refused(question, problems);
        var settings = question.Settings;
        var pairs = question.Now.Select((now, k) => PairedComparison.Of(question.Approved[Math.Min(k, question.Approved.Count - 1)], now)).ToArray();
        var coverage = pairs.Min(p => p.Coverage);
        var now = Means(pairs, i => i.WorstNow);
        var approved = Means(pairs[..question.Approved.Count], i => i.WorstApproved);
        double[] differences = [.. now.Zip(approved, (n, a) => n - a)];
        var limits = Limits(settings.AlphaOfALook, differences, pairs, question.Approved.Count, out var seedHalf);
        var drop = question.Family == 1 ? limits : Limits(settings.AlphaOfALook / question.Family, differences, pairs, question.Approved.Count, out _);
        var (verdict, reason) = coverage < settings.MinimumCoverage ? (Verdict.Inconclusive, VerdictReason.LowCoverage)
            : limits.Lower > -settings.Margin ? (Verdict.Passed, limits.Lower > 0 ? VerdictReason.Improved : VerdictReason.WithinMargin)
            : drop.Upper < 0 ? (Verdict.Regressed, VerdictReason.Drop)
            : (Verdict.Inconclusive, VerdictReason.TooLittleEvidence);
        var fails = verdict == Verdict.Regressed || reason == VerdictReason.LowCoverage || (verdict == Verdict.Inconclusive && settings.PolicyFor(question.Now[0].Direction) == InconclusivePolicy.Fail);
        var outcome = new RecipeOutcome { Verdict = verdict, Reason = reason, Fails = fails, Difference = differences.Average(), Limits = limits, SeedHalfWidth = seedHalf, Message = "" };
        return outcome with { Message = Message(question, outcome, pairs, coverage) };
    }

    private static Interval Limits(double alpha, double[] differences, PairedComparison[] pairs, int approvedSeeds, out double seedHalf)
    {
        var items = new ConfidenceSequence([.. differences.Select(d => (1 + d) / 2)], SequenceMethod.GridKelly, alpha).RunningAtEnd(); // α/2 on each side
        var (nowRates, approvedRates) = (Rates(pairs, i => i.WorstNow), Rates(pairs[..approvedSeeds], i => i.WorstApproved));
        var (a, b) = (Spread(nowRates), Spread(approvedRates));
        seedHalf = 0;
        if (a + b > 0)
        {
            var df = (a + b) * (a + b) / (a * a / (nowRates.Length - 1) + (b > 0 ? b * b / (approvedRates.Length - 1) : 0));
            seedHalf = StudentT.UpperQuantile(alpha / 2, df) * Math.Sqrt(a + b);
        }

        return new(Math.Max(-1, 2 * items.Lower - 1 - seedHalf), Math.Min(1, 2 * items.Upper - 1 + seedHalf));
    }

    /// <summary>Variance of the mean over trainings; a single checkpoint has none.</summary>
    private static double Spread(double[] rates) => rates.Length < 2 ? 0 : Math.Pow(StudentMean.Of(rates).StandardError, 2);

    private static double[] Rates(PairedComparison[] pairs, Func<PairedItem, double> value) => [.. pairs.Select(p => p.Items.Average(value))];

    private static double[] Means(PairedComparison[] pairs, Func<PairedItem, double> value) => [.. Enumerable.Range(0, pairs[0].InOrder.Count).Select(i => pairs.Average(p => value(p.InOrder[i])))];

    private static IEnumerable<string> Problems(RecipeQuestion question)
    {
        foreach (var problem in question.Settings.Problems()) yield return problem;
        if (question.Settings.Looks != Looks.Once) yield return "a claim about a recipe is looked at once; Looks must be Once.";
        if (question.Family < 1) yield return Invariant($"the family is {question.Family}; it must be 1 or more.");
        if (question.Now.Count < RecipeQuestion.FewestSeeds) { yield return Invariant($"there are {question.Now.Count} trainings; a claim about a recipe needs {RecipeQuestion.FewestSeeds} or more."); yield break; }
        var needed = question.Kind == ComparisonKind.Reference ? 1 : question.Now.Count;
        if (question.Approved.Count != needed) { yield return Invariant($"there are {question.Approved.Count} approved measurements; {needed} are needed beside {question.Now.Count} trainings."); yield break; }
        foreach (var side in new[] { question.Now, question.Approved })
            foreach (var twice in side.GroupBy(m => m.Model.WeightsDigest, StringComparer.Ordinal).Where(g => g.Count() > 1))
                yield return Invariant($"{twice.Count()} trainings gave the same weights ({twice.Key}); they are one training, measured more than once.");
        foreach (var other in question.Now.Skip(1).Concat(question.Approved))
            foreach (var difference in Comparability.Differences(other, question.Now[0]).Concat(PairingProblems.Of(other, question.Now[0]))) yield return difference;
    }

    private static RecipeOutcome Refused(RecipeQuestion question, IReadOnlyList<string> problems) => new()
    {
        Verdict = Verdict.NotComparable,
        Reason = question.Approved.Count == 0 ? VerdictReason.NoBaseline : VerdictReason.BadEvidence,
        Fails = true,
        Message = $"{(question.Now.Count > 0 ? question.Now[0].Metric : "The recipe")} cannot be judged as a claim about the recipe.\n" + string.Join("\n", problems.Select(p => "  problem   " + p)),
    };

    private static string Message(RecipeQuestion question, RecipeOutcome outcome, PairedComparison[] pairs, double coverage)
    {
        var other = question.Kind == ComparisonKind.Baseline ? "the approved baseline" : "the untuned reference";
        var (metric, margin) = (question.Now[0].Metric, Words.Unsigned(question.Settings.Margin));
        var headline = outcome.Verdict switch
        {
            Verdict.Passed => $"{metric} passed for the recipe: a drop of {margin} or more against {other} is ruled out over its trainings.",
            Verdict.Regressed => $"{metric} regressed for the recipe against {other}.",
            _ when outcome.Reason == VerdictReason.LowCoverage => Invariant($"{metric} is inconclusive for the recipe: in one training only {100 * coverage:0.#} % of the items are scored on both sides."),
            _ => $"{metric} is inconclusive for the recipe: a drop of {margin} against {other} is neither ruled out nor shown.",
        };
        var rates = string.Join(", ", Rates(pairs, i => i.WorstNow).Select(r => Invariant($"{r:0.####}")));
        var next = outcome.Verdict switch
        {
            Verdict.Passed => "nothing",
            Verdict.Regressed => "read the flipped items of the worst training; repair the recipe, or, if the change is meant, approve it and say why" + (question.ApproveCommand is { } command ? ": " + command : ""),
            _ => "train more seeds when the trainings differ, evaluate more items when they do not",
        };
        var limits = outcome.Limits!.Value;
        var because = question.Settings.Because is { Length: > 0 } words ? "\n  because   " + words : "";
        return Invariant($"""
            {headline}
              change    {Words.Points(outcome.Difference)}, {100 * (1 - 2 * question.Settings.AlphaOfALook):0.##} % interval {Words.Points(limits.Lower)} to {Words.Points(limits.Upper)} (two-sided; items by the grid-Kelly sequence, trainings by Welch's t, which adds {Words.Unsigned(outcome.SeedHalfWidth)} on each side); margin {margin}
              on        {pairs[0].Items.Count} items, {question.Now.Count} trainings now with rates {rates}; {question.Approved.Count} before
            """) + because + "\n  next      " + next;
    }
}
