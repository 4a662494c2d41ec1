using System.Text;

namespace SafetyGate.Harness.Calibration;

/// <summary>
/// The calibration of the rule for items that share behaviors as a page of Markdown, the command that makes it at the top.
/// </summary>
public static class ClusterPage
{
    /// <summary>The page.</summary>
    public static string ToMarkdown(ClusterCalibration found, int draws)
    {
        var text = new StringBuilder(Invariant($"""
            # Items that share behaviors

            Written by `./gate calibrate clusters --draws {draws} --out docs/clusters.md`; seeded, so each run gives the same.

            Where two items of a benchmark share a behavior (the same harmful request under five attacks, say), their outcomes are not independent. The behavior is then the unit: its mean difference is one value in [−1, 1], and the gate decides by the behaviors.

            - **Passed**: the score test of "the mean over the behaviors is −τ" is above the normal quantile at α. Its variance is that of the most likely distribution on [−1, 1] with this mean (empirical likelihood with −1 always possible, observed or not), so rare whole losses that happened not to be drawn count. For values −1, 0 and 1 it is Tango's test; with one item a behavior it is the rule of single items.
            - **Regressed**: the exact sign-flip test (each behavior's difference is as likely as its negative), after Holm; for flips of one size it is exact McNemar.
            - Rates and floors: Gaffke's limits over the behaviors' means (over the items' means, where no behavior is shared and an item has several samples or a graded score), which are Clopper and Pearson's for 0 and 1.

            ## A true drop of exactly τ

            {ClusterCalibration.Behaviors} behaviors, α = .05, τ of 2, 3 and 5 points, baseline rates from .80 to .999 (no more is gained than was bad), 0 to 10 % of the items flipping beside the drop. Each row is the worst point of its grid: chosen with a fifth as many draws, measured with others. The alternatives are at the same point, with 2000 draws.

            | items a behavior | flips | points | worst at | **passes** | 95 % at most | items alone | Student's t | grid-Kelly | Gaffke |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |

            """));
        foreach (var row in found.AtTheMargin.Where(r => r.Kind != ClusterFlipKind.GainsWhole)) text.Append(Row(row));
        text.Append("""

            Required: at most 6 %, by the upper end of the interval. *Items alone* ignores the behaviors; Student's t over behaviors takes the observed variance, which is far too small near the ceiling; grid-Kelly and Gaffke's limit keep the level at every size and see less (below).

            ### Where the rule is stretched

            Losses of single items against gains of whole behaviors: the rare gain makes the distribution skewed to the right, which a score test does not see. This is not among the requirements.

            | items a behavior | flips | points | worst at | **passes** | 95 % at most | items alone | Student's t | grid-Kelly | Gaffke |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |

            """);
        foreach (var row in found.AtTheMargin.Where(r => r.Kind == ClusterFlipKind.GainsWhole)) text.Append(Row(row));
        text.Append("""

            ## At the size that `gate power` recommends

            2 % of the items differ between two results of the same thing; the number of behaviors is that of `./gate power --items-per-cluster N --correlation ρ --discordance 0.02 --margin τ`. The last two columns are the alternatives that keep the level, at the same size.

            | items a behavior | correlation | τ, points | behaviors | an unchanged model passes | a drop of 2 τ does not pass | unchanged passes: grid-Kelly | Gaffke |
            | --- | --- | --- | --- | --- | --- | --- | --- |

            """);
        foreach (var row in found.Power)
            text.Append(Invariant($"| {row.Items} | {row.Correlation} | {100 * row.Margin:0.##} | {row.Behaviors} | {Percent(row.UnchangedPasses)} | {Percent(row.TwiceNotPassed)} | {Percent(row.GridKelly)} | {Percent(row.Gaffke)} |\n"));
        var missed = found.Requirements.Where(r => !r.Holds).ToList();
        text.Append(missed.Count == 0 ? "\nAll requirements hold.\n" : "\nNot shown to hold: " + string.Join("; ", missed.Select(r => $"{r.Name} ({r.Subject}: {r.Evidence})")) + ".\n");
        return text.ToString();
    }

    private static string Row(ClusterCalibrationRow r)
    {
        var bound = new Statistics.Proportion(r.Passed, r.Draws).ClopperPearson(0.90).Upper;
        var strength = r.Worst.Strength > 0 ? Invariant($", strength {r.Worst.Strength}") : "";
        return Invariant($"| {r.Sizes} | {Words(r.Kind)} | {r.Scenarios} | τ {100 * r.Worst.Drop:0.##}, {100 * r.Worst.Discordance:0.##} % flip{strength} | **{Percent((double)r.Passed / r.Draws)}** | {Percent(bound)} | {Percent(r.ItemsAlone)} | {Percent(r.StudentT)} | {Percent(r.GridKelly)} | {Percent(r.Gaffke)} |\n");
    }

    private static string Words(ClusterFlipKind kind) => kind switch
    {
        ClusterFlipKind.Whole => "whole behaviors",
        ClusterFlipKind.Alone => "each item alone",
        ClusterFlipKind.Mixed => "mixed",
        ClusterFlipKind.DropOfWholeBehaviors => "drop partly of whole behaviors",
        ClusterFlipKind.Uneven => "uneven behaviors",
        _ => "losses alone, gains whole",
    };

    private static string Percent(double share) => Invariant($"{100 * share:0.##} %");
}
