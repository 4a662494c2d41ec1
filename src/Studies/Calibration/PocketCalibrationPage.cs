using System.Text;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Studies.Calibration;

/// <summary>A calibration as a page of Markdown, the command that makes it at the top.</summary>
public static class PocketCalibrationPage
{
    /// <summary>Writes the page; a part that was not measured has no section.</summary>
    public static string ToMarkdown(PocketCalibrationResult result)
    {
        var text = new StringBuilder(Invariant($"""
            # How often the gate errs

            Written by `./gate calibrate pocket{Words(result)} --out docs/calibration.md`. Run it again after a change of the gate; runs and responses are kept in the store, so that it goes on where it stopped.

            The gate under test is the product's own verdict on the metrics, margins and families of the own-style specs. A share found in trials counts by the end of its interval (Clopper–Pearson, one-sided at .05): a requirement holds when it is shown, not when nothing speaks against it.

            ## Requirements

            {(result.IsCalibrated ? "All hold." : "**Not all hold.**")}

            | requirement | of | found | held against the limit | limit | holds |
            | --- | --- | --- | --- | --- | --- |

            """));
        foreach (var r in result.Requirements)
            text.Append(Invariant($"| {r.Name} | {r.Subject} | {r.Evidence}: {Percent(r.Observed)} | {(r.IsCeiling ? "≤" : "≥")} {Percent(r.Bound)} | {Percent(r.Limit)} | {(r.Holds ? "yes" : "**no**")} |\n"));
        if (result.Checkpoint is { } self) Checkpoint(text, self);
        if (result.Recipe is { } recipe) Recipe(text, recipe);
        if (result.Planted is { } planted) Planted(text, planted);
        return text.ToString();
    }

    private static void Checkpoint(StringBuilder text, PocketSelfComparison self)
    {
        text.Append(Invariant($"""

            ## An unchanged model against itself

            The approved model (own style, seed 1; weights `{self.Weights[..12]}`) is drawn twice at temperature 1 for each of {self.Run.Repeats} repeats, both sides afresh: samples 2r and 2r + 1 of many samples an item, each with a random stream of its own. Against one stored baseline one would measure that draw's luck.
            Greedy metrics are the same on both sides, so only what is sampled can go red. The metrics marked *gated* decide a build; the others are shown with the margin of their greedy kin (over-refusal with fewer repeats).

            ### Each metric alone, before Holm


            """));
        Tallies(text, self.Alone.Select(t => (self.Gated.Contains(t.Metric) ? t.Metric + " (*gated*)" : t.Metric, t)));
        text.Append(Invariant($"""

            ### A whole run: all gated metrics together

            As in the specs, Holm counts every metric twice, for its baseline and its anchor; the anchor itself is not asked here.

            P(any Regressed) {Share(self.Run.AnyRegressed, self.Run.Repeats)}; P(any red) {Share(self.Run.AnyRed, self.Run.Repeats)}.


            """));
        Tallies(text, self.Run.Metrics.Select(t => (t.Metric, t)));
    }

    private static void Recipe(StringBuilder text, PocketRecipeComparison recipe)
    {
        text.Append(Invariant($"""

            ## An unchanged recipe against itself

            The own-style recipe is trained with seeds 1 to {recipe.Seeds} at each thread count ({(recipe.Steps[0] == recipe.Steps[1] ? Invariant($"{recipe.Steps[0]}") : Invariant($"{recipe.Steps[0]} to {recipe.Steps[1]}"))} steps, to the same accuracy). Another thread count adds in another order, so it stands for another machine: {recipe.SameWeightsAtAllThreads} of {recipe.Seeds} seeds end at the same weights at all thread counts.

            """));
        foreach (var (threads, verdicts) in recipe.AgainstBaselines)
            Verdicts(text, Invariant($"Against the approved baselines, {Threads(threads)}"), verdicts,
                "Each question has the untuned reference as its anchor, as in the specs.", isIndependent: true);
        foreach (var (threads, verdicts) in recipe.AgainstSeeds)
            Verdicts(text, Invariant($"Every seed against every other, {Threads(threads)}"), verdicts,
                "All ordered pairs. A seed is in many pairs, so they are no independent trials and have no interval.",
                isIndependent: false);
        if (recipe.AgainstThreads is { } across)
            Verdicts(text, "Every seed against itself at another thread count", across,
                "Both ways, so each two trainings are in two pairs.", isIndependent: false);
    }

    private static void Verdicts(StringBuilder text, string title, RepeatedVerdicts verdicts, string note, bool isIndependent)
    {
        text.Append(Invariant($"\n### {title}\n\n{note} Runs with any metric Regressed: {Of(verdicts.AnyRegressed)}; with any metric red: {Of(verdicts.AnyRed)}.\n\n"));
        Tallies(text, verdicts.Metrics.Select(t => (t.Metric, t)));

        string Of(int count) =>
            isIndependent
                ? Share(count, verdicts.Repeats)
                : Invariant($"{count} of {verdicts.Repeats} ({Percent((double)count / verdicts.Repeats)})");
    }

    private static void Planted(StringBuilder text, PocketPlanted planted)
    {
        text.Append("""

            ## Known drops

            A drop of 2τ is planted in real results: good items of the second side turn bad by chance, all with the same probability. Greedy metrics take the approved model's result on both sides, sampled ones the pairs of fresh draws in turn.
            Holm counts the comparisons of the run (each metric against its baseline and its anchor), with this metric the only one that drops.

            | metric | items | τ, points | drop, points | planted | not Passed | Regressed alone | Regressed after Holm | Holm over |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- |

            """);
        foreach (var t in planted.Drops)
            text.Append(Invariant($"| {t.Metric} | {t.Items} | {Points(t.Margin)} | {Points(t.Drop)} | {t.Repeats} | {Percent((double)t.NotPassed / t.Repeats)} | {Percent((double)t.Regressed / t.Repeats)} | {Percent((double)t.RegressedAfterHolm / t.Repeats)} | {t.Family} |\n"));
        text.Append("""

            ### A true drop of exactly τ

            P(Passed), enumerated over all paired tables (trinomial), not simulated; the worst over shares of gained items from none to all that the drop leaves. Tango's limit is asymptotic, so it is near 5 %, not below it.

            | metrics | items | τ, points | P(Passed) | worst at gained |
            | --- | --- | --- | --- | --- |

            """);
        foreach (var (metrics, error) in planted.AtTheMargin)
            text.Append(Invariant($"| {metrics} | {error.Items} | {Points(error.Margin)} | {Percent(error.PassProbability)} | {Percent(error.GainedRate)} |\n"));
    }

    private static void Tallies(StringBuilder text, IEnumerable<(string Name, VerdictTally Tally)> tallies)
    {
        text.Append("| metric | items | τ, points | items that differ | Passed | Inconclusive | Regressed | not comparable | red |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var (name, t) in tallies)
            text.Append(Invariant($"| {name} | {t.Items} | {Points(t.Margin)} | {Percent(t.Discordance)} | {t.Passed} | {t.Inconclusive} | {t.Regressed} | {t.NotComparable} | {t.Red} of {t.Repeats} |\n"));
    }

    private static string Words(PocketCalibrationResult result)
    {
        var (options, draws) = (result.Options, result.Checkpoint is not null || result.Planted is not null);
        var parts = new[] { result.Checkpoint is null ? null : "checkpoint", result.Planted is null ? null : "planted", result.Recipe is null ? null : "recipe" }.OfType<string>().ToList();
        var only = parts.Count == 3 ? "" : " --only " + string.Join(' ', parts);
        return only + (draws ? Invariant($" --repeats {options.Repeats}") : "") + (result.Planted is null ? "" : Invariant($" --plants {options.Plants}"))
            + (result.Recipe is null ? "" : Invariant($" --seeds {options.Seeds} --threads {string.Join(' ', options.Threads)}"));
    }

    private static string Share(int count, int trials)
    {
        var limits = new Proportion(count, trials).ClopperPearson(0.90);
        return Invariant($"{count} of {trials}: {Percent((double)count / trials)}, 90 % interval {Percent(limits.Lower)} to {Percent(limits.Upper)}");
    }

    private static string Threads(int threads) => Invariant($"{threads} {(threads == 1 ? "thread" : "threads")}");

    private static string Percent(double share) => double.IsFinite(share) ? Invariant($"{100 * share:0.##} %") : "undefined";

    private static string Points(double share) => Invariant($"{100 * share:0.##}");
}
