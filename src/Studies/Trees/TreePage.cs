using System.Text;
using SafetyGate.Trainers.Grpo;

namespace SafetyGate.Studies.Trees;

/// <summary>The table of conformity as a page of Markdown.</summary>
public static class TreePage
{
    /// <summary>Writes the page.</summary>
    /// <param name="command">The command that makes it.</param>
    /// <param name="study">Settings of the runs.</param>
    /// <param name="trees">The problems, for their sizes.</param>
    /// <param name="results">All runs, in the order of the rows.</param>
    /// <exception cref="ArgumentException">No runs.</exception>
    public static string ToMarkdown(string command, TreeStudy study, IReadOnlyList<TokenTree> trees, IReadOnlyList<TreeResult> results)
    {
        if (results.Count == 0) throw new ArgumentException("There are no runs to show.", nameof(results));
        var text = new StringBuilder(Invariant($"""
            # Which modes of the trainer converge to the tilt

            Written by `{command}`.

            The shipped trainer on policies whose every response is known (a table of logits behind the interface all models have), {study.Updates:N0} updates of {study.Samples} samples, Adam at {study.LearningRate} decayed to 0 in a straight line.
            The optimum of G − β·KL(π‖p) is the tilt q ∝ p·exp(g/β). A run conforms when KL(π‖q), by enumeration, is at most 0.001 nats (β ≥ 0.2) or 0.005 (below, where the optimum nearly drops responses).
            *Claimed* says what the options say of themselves (`GrpoOptions.NonConformities`); no certificate that speaks of the optimum is printed for a mode without the claim, whatever it does here.
            Advantages scaled by difficulty (`difficulty_scaling`) never have the claim: prompts do not count alike in their objective. On one prompt the scale is a factor that Adam takes out, so they have no row of their own.
            The three modes that claim to conform differ, on one prompt, by a factor of the advantage alone, which Adam takes out; their figures agree to rounding. So the first has all seeds on every tree, the other two on fixture A at β 0.5.
            *J not lowered* counts the runs whose G − β·KL(π‖p) is not below that of the reference, the premise of the certificate that holds for any policy.

            ## By mode

            | mode | claimed | runs that conform | largest share of its limit | J not lowered |
            | --- | --- | --- | --- | --- |

            """));
        foreach (var mode in results.GroupBy(result => (result.Mode, result.Claimed)))
            text.Append(Invariant($"| {mode.Key.Mode} | {YesNo(mode.Key.Claimed)} | {mode.Count(run => run.Conforms)} of {mode.Count()} | {mode.Max(run => run.KlToTilt / run.Limit):G3} | {mode.Count(run => run.ObjectiveNotLowered)} of {mode.Count()} |\n"));
        text.Append("\n## By tree and mode\n\n| tree | β | responses | longest | mode | claimed | seeds that conform | worst KL(π‖q) | limit | J not lowered |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        var sizes = trees.ToDictionary(tree => tree.Id, StringComparer.Ordinal);
        foreach (var row in TreeSummary.Of(results))
            text.Append(Invariant($"| {row.Tree} | {row.Beta} | {sizes[row.Tree].Paths.Count} | {sizes[row.Tree].LongestPath} | {row.Mode} | {YesNo(row.Claimed)} | {row.Conforming} of {row.Seeds} | {row.WorstKl:0.0e+0} | {row.Limit} | {row.ObjectiveNotLowered} of {row.Seeds} |\n"));
        return text.ToString();
    }

    private static string YesNo(bool value) => value ? "yes" : "no";
}
