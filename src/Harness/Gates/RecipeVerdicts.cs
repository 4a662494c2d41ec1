using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Decides a claim about a recipe over K trainings. Two things are uncertain: which items the benchmark happens to hold, and which
/// weights a seed happens to give. Each gets half of α: the grid-Kelly sequence over items for the trainings at hand, and Welch's t
/// over the trainings' rates; the half-widths are added, which by the union bound is valid and a little strict.
/// </summary>
public static class RecipeVerdicts
{
    private const int MostProblems = 8;

    /// <summary>The verdict of one claim.</summary>
    public static RecipeOutcome Decide(RecipeQuestion question)
    {
        if (Refusal(question) is { } refusal)
            return new RecipeOutcome { Verdict = Verdict.NotComparable, Reason = refusal.Reason, Fails = true, Message = RecipeMessage.Refused(question, refusal.Reason, refusal.Problems) };
        var settings = question.Settings;
        var pairs = question.Now.Select((now, k) => PairedComparison.Of(question.Approved[Math.Min(k, question.Approved.Count - 1)], now)).ToArray();
        var coverage = pairs.Min(p => p.Coverage);
        var now = Means(pairs, i => i.WorstNow);
        var approved = Means(pairs[..question.Approved.Count], i => i.WorstApproved);
        double[] differences = [.. now.Zip(approved, (n, a) => n - a)];
        var limits = Limits(settings.AlphaOfALook, differences, pairs, question.Approved.Count, out var seedHalf);
        var drop = question.Family == 1 ? limits : Limits(settings.AlphaOfALook / question.Family, differences, pairs, question.Approved.Count, out _);
        var (verdict, reason) = coverage < settings.MinimumCoverage ? (Verdict.Inconclusive, VerdictReason.LowCoverage)
            : IsIdentical(question) ? (Verdict.Passed, VerdictReason.Identical)
            : limits.Lower > -settings.Margin ? (Verdict.Passed, limits.Lower > 0 ? VerdictReason.Improved : VerdictReason.WithinMargin)
            : drop.Upper < 0 ? (Verdict.Regressed, VerdictReason.Drop)
            : (Verdict.Inconclusive, VerdictReason.TooLittleEvidence);
        var fails = verdict == Verdict.Regressed || reason == VerdictReason.LowCoverage || (verdict == Verdict.Inconclusive && settings.PolicyFor(question.Now[0].Direction) == InconclusivePolicy.Fail);
        var outcome = new RecipeOutcome { Verdict = verdict, Reason = reason, Fails = fails, Difference = differences.Average(), Limits = limits, SeedHalfWidth = seedHalf, Message = "" };
        var evidence = new RecipeEvidence { Pairs = pairs, Differences = differences, Now = now, Approved = approved, Coverage = coverage, UpperForADrop = drop.Upper, StandardError = StandardError(differences, pairs, question.Approved.Count) };
        return outcome with { Message = RecipeMessage.Of(question, outcome, evidence) };
    }

    /// <summary>The approved trainings themselves, each measured the same way: nothing to test.</summary>
    private static bool IsIdentical(RecipeQuestion question) =>
        question.Approved.Count == question.Now.Count && question.Approved.Zip(question.Now).All(pair => Comparability.SameModelAndOptions(pair.First, pair.Second) && Comparability.SameOutcomes(pair.First, pair.Second));

    private static double StandardError(double[] differences, PairedComparison[] pairs, int approvedSeeds)
    {
        var items = differences.Length < 2 ? 0 : StudentMean.Of(differences).StandardError;
        return Math.Sqrt(items * items + Spread(Rates(pairs, i => i.WorstNow)) + Spread(Rates(pairs[..approvedSeeds], i => i.WorstApproved)));
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

    private static (VerdictReason Reason, IReadOnlyList<string> Problems)? Refusal(RecipeQuestion question)
    {
        if (question.Approved.Count == 0 && question.Now.Count >= RecipeQuestion.FewestSeeds) return (VerdictReason.NoBaseline, [Invariant($"there are 0 approved measurements; {Needed(question)} are needed beside {question.Now.Count} trainings.")]);
        var damaged = Damaged(question).Take(MostProblems).ToArray();
        if (damaged.Length > 0) return (VerdictReason.BadEvidence, damaged);
        var differs = Differing(question).Take(MostProblems).ToArray();
        if (differs.Length > 0) return (VerdictReason.IdentityDiffers, differs);
        var unpaired = Others(question).SelectMany(other => PairingProblems.Of(other, question.Now[0])).Take(MostProblems).ToArray();
        return unpaired.Length > 0 ? (VerdictReason.BadEvidence, unpaired) : null;
    }

    private static IEnumerable<string> Damaged(RecipeQuestion question)
    {
        foreach (var problem in question.Settings.Problems()) yield return problem;
        if (question.Settings.Looks != Looks.Once) yield return "a claim about a recipe is looked at once; Looks must be Once.";
        if (question.Settings.Floor is not null) yield return "a claim about a recipe has no floor; put it on a spec of one checkpoint (BeAtLeast, or Floor there).";
        if (question.Family < 1) yield return Invariant($"the family is {question.Family}; it must be 1 or more.");
        if (question.Now.Count < RecipeQuestion.FewestSeeds) { yield return Invariant($"there are {question.Now.Count} trainings; a claim about a recipe needs {RecipeQuestion.FewestSeeds} or more."); yield break; }
        if (question.Approved.Count != Needed(question)) { yield return Invariant($"there are {question.Approved.Count} approved measurements; {Needed(question)} are needed beside {question.Now.Count} trainings."); yield break; }
        foreach (var side in new[] { question.Now, question.Approved })
            foreach (var twice in side.GroupBy(m => m.Model.WeightsDigest, StringComparer.Ordinal).Where(g => g.Count() > 1))
                yield return Invariant($"{twice.Count()} trainings gave the same weights ({twice.Key}); they are one training, measured more than once.");
    }

    private static IEnumerable<string> Differing(RecipeQuestion question)
    {
        foreach (var other in Others(question))
            foreach (var difference in Comparability.Differences(other, question.Now[0])) yield return difference;
        if (question.ApprovedSettings is { } then)
            foreach (var difference in Comparability.Differences(then, question.Settings, question.Now[0].Direction)) yield return difference;
    }

    private static IEnumerable<Measurement> Others(RecipeQuestion question) => question.Now.Skip(1).Concat(question.Approved);

    private static int Needed(RecipeQuestion question) => question.Kind == ComparisonKind.Reference ? 1 : question.Now.Count;
}
