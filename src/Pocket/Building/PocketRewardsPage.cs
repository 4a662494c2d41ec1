using System.Text;
using SafetyGate.Pocket.Data;
using SafetyGate.Trainers.RewardModels;

namespace SafetyGate.Pocket.Building;

/// <summary>The page beside the reward models: what they are, the command that made them, and what was measured.</summary>
public static class PocketRewardsPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="reports">The models in order; at least one.</param>
    public static string ToMarkdown(IReadOnlyList<PocketRewardReport> reports)
    {
        if (reports.Count == 0) throw new ArgumentException("There are no models to describe.", nameof(reports));
        var text = new StringBuilder(Invariant($"""
            # The reward models of the pocket world

            Written by `./gate pocket rewards`, which trains them from `models/pocket/base` on the frozen preferences (`data/pocket/sums.preferences.*`): Bradley–Terry, one for each share of pairs that prefer the house style.
            Measured on the {PreferenceMix.HeldOut} pairs that were held out. A pair is ranked right when its preferred answer has the higher score; the expected calibration error is that of σ(difference of the scores) in ten bins.

            | model | weights | pairs | ranked right | calibration error |
            | --- | --- | --- | --- | --- |

            """));
        foreach (var report in reports)
        {
            Row(text, Invariant($"`reward-style-{100 * report.StyleShare:00}`"), report.WeightsDigest[..12], report.All);
            foreach (var (kind, accuracy) in report.Kinds) Row(text, kind, "", accuracy);
        }

        text.Append("\nMean score of an answer to the same problems, in logits:\n\n| answer | ").AppendJoin(" | ", reports.Select(report => Invariant($"`reward-style-{100 * report.StyleShare:00}`"))).Append(" |\n| --- | ");
        text.AppendJoin(" | ", reports.Select(_ => "---")).Append(" |\n");
        for (var i = 0; i < reports[0].Scores.Count; i++)
            text.Append(Invariant($"| {reports[0].Scores[i].Key} | {string.Join(" | ", reports.Select(report => Invariant($"{report.Scores[i].Value:F2}")))} |\n"));
        var accuracyWithoutStyle = reports[0].All.Accuracy;
        text.Append(Invariant($"\nWithout style {PocketRewardReport.RequiredAccuracy:0.00} of the pairs must be ranked right. {(accuracyWithoutStyle >= PocketRewardReport.RequiredAccuracy ? "They are." : "They are not.")}\n"));
        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, string weights, RewardAccuracy accuracy) =>
        text.Append(Invariant($"| {name} | {(weights.Length > 0 ? $"`{weights}`" : "")} | {accuracy.Pairs} | {accuracy.Accuracy:F3} | {accuracy.CalibrationError:F3} |\n"));
}
