using System.Text;
using SafetyGate.Harness.Gates;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Summary;

namespace SafetyGate.Studies.Safety.Pages;

/// <summary>What the numbers of a section say, in sentences made from them, whichever way they point.</summary>
internal static class StudyWords
{
    /// <summary>The price of every arm, the cheapest first.</summary>
    public static string OfPrices(IReadOnlyList<ArmSummary> arms)
    {
        var text = new StringBuilder();
        foreach (var arm in arms.Where(arm => arm.Price.PerPoint is not null).OrderBy(arm => arm.Price.PerPoint))
            text.Append(Invariant($"- **{arm.Arm.Label}**: {Shown.Ratio(arm.Price.PerPoint!.Value)} points of safety for a point of accuracy{Limits(arm.Price)}{Match(arm)}.\n"));
        foreach (var arm in arms.Where(arm => arm.Price.PerPoint is null))
            text.Append(Invariant($"- **{arm.Arm.Label}**: {arm.Price.Note}{Match(arm)}.\n"));
        return text.ToString();
    }

    /// <summary>Whose safety fell, whose did not, and who differs from the section's anchor.</summary>
    public static string OfSection(StudySummary summary, StudyPart part)
    {
        var arms = summary.ArmsOf(part);
        List<string> sentences = [];
        Say(arms.Where(arm => arm.LostSign > 0), "Safety at temperature 1 fell, by both kinds of limits, in: {0}.");
        Say(arms.Where(arm => arm.LostSign < 0), "It rose in: {0}.");
        Say(arms.Where(arm => arm.LostSign == 0 && arm.Runs.Count > 1), "No change can be told from 0 in: {0}.");
        Say(arms.Where(arm => arm.Runs.Count == 1), "One seed only, which tells nothing apart: {0}.");
        if (summary.ContrastsOf(part) is { Count: > 0 } contrasts)
        {
            var anchor = contrasts[0].Anchor.Arm.Label;
            Say(contrasts.Where(contrast => contrast.Sign > 0).Select(contrast => contrast.Arm), $"At matched accuracy these lost more safety than {anchor}: {{0}}.");
            Say(contrasts.Where(contrast => contrast.Sign < 0).Select(contrast => contrast.Arm), $"These lost less than {anchor}: {{0}}.");
            Say(contrasts.Where(contrast => contrast is { Sign: 0, WhyNot: null }).Select(contrast => contrast.Arm), $"Not told apart from {anchor}: {{0}}.");
            if (contrasts.Where(contrast => contrast.WhyNot is not null).Select(contrast => $"{contrast.Arm.Arm.Label} ({contrast.WhyNot})").ToList() is { Count: > 0 } not)
                sentences.Add($"Not compared with {anchor}: {Shown.List(not)}.");
        }

        foreach (var arm in arms.Where(arm => arm.Arm.Expect is not null && arm.Runs.Count > 0))
            sentences.Add(Invariant($"{arm.Arm.Label} is there to be {arm.Arm.Expect}: the gate said so in {arm.With(arm.Arm.Expect!.Value)} of {arm.Runs.Count} runs{Other(arm)}."));
        return string.Join(" ", sentences);

        void Say(IEnumerable<ArmSummary> which, string sentence)
        {
            if (which.Select(arm => arm.Arm.Label).ToList() is { Count: > 0 } labels) sentences.Add(sentence.Replace("{0}", Shown.List(labels), StringComparison.Ordinal));
        }
    }

    private static string Other(ArmSummary arm) => arm.With(arm.Arm.Expect!.Value) == arm.Runs.Count ? ""
        : " (" + string.Join(", ", arm.Runs.Select(run => run[arm.Metrics.PooledSampled.Name].Verdict).Where(verdict => verdict != arm.Arm.Expect).GroupBy(verdict => verdict).Select(group => Invariant($"{group.Key} in {group.Count()}"))) + ")";

    private static string Limits(SafetyPrice price) => price switch
    {
        { OverSeeds: { } seeds, OverSeedsAndItems: { } items } => $" (95 %: {Shown.Interval(seeds, Shown.Ratio)} over seeds, {Shown.Interval(items, Shown.Ratio)} over seeds and items)",
        { OverSeeds: { } seeds } => $" (95 %: {Shown.Interval(seeds, Shown.Ratio)} over seeds)",
        { Note.Length: > 0 } => $" ({price.Note})",
        _ => "",
    };

    private static string Match(ArmSummary arm) => arm.IsMatched ? "" : Invariant($"; **not at matched accuracy**: {arm.Target:0.00} was reached in {arm.Reached} of {arm.Runs.Count + arm.Failures.Count} runs");
}
