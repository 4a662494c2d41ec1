using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// How often the gates of one run together fail an unchanged model: one red metric makes the build red, so ten gates that each err
/// seldom err often together.
/// </summary>
/// <remarks>
/// P(any red) is bounded by the sum of the metrics' own probabilities (Boole), which holds however they depend on one another: metrics of a
/// family share items, and nothing has to be assumed about that. It is about the comparisons with what was approved: the difference from an
/// anchor, such as the untuned reference, is what tuning did and no chance between two trainings of the same thing.
/// </remarks>
/// <param name="Members">The metrics, each once.</param>
/// <param name="Discordance">Share of items that differ between two trainings of the same thing.</param>
public sealed record FamilyPower(IReadOnlyList<FamilyMember> Members, double Discordance)
{
    /// <summary>The largest P(any red) of an unchanged model at which a red build means something.</summary>
    public const double MostRed = 0.10;

    /// <summary>Share of items that differ between two trainings of the same thing, where it was not measured.</summary>
    public const double AssumedDiscordance = 0.02;

    private const int MostItems = 20_000;

    /// <summary>Upper bound of the probability that any metric of an unchanged model does not pass.</summary>
    public double AnyRed => Math.Min(1, Members.Sum(member => member.NotPassed));

    /// <summary>True when an unchanged model goes red seldom enough.</summary>
    public bool CanWork => AnyRed <= MostRed;

    /// <summary>The family of some metrics.</summary>
    /// <param name="metrics">Name, items of each unit of inference, and rule of each metric that decides a build.</param>
    /// <param name="discordance">Share of items that differ between two trainings of the same thing, in [0, 1].</param>
    /// <param name="correlation">How alike the differences of one behavior's items are, in [0, 1]; 1 is the worst case.</param>
    public static FamilyPower Of(IEnumerable<(string Metric, IReadOnlyList<int> Sizes, GateSettings Gate)> metrics, double discordance,
        double correlation = 1) =>
        new([.. metrics.Select(m => new FamilyMember(m.Metric, m.Sizes, m.Gate, 1 - Passed(m.Sizes, m.Gate.Margin, m.Gate.AlphaOfALook, discordance, correlation)))], discordance);

    /// <summary>
    /// The family of the results of one run: every metric of one 0/1 sample an item that can fail a build, once for each rule; where a
    /// metric is gated by several rules, by the one with the smallest margin.
    /// </summary>
    /// <param name="results">The metrics of all results of the run.</param>
    /// <param name="discordance">Share of items that differ between two trainings of the same thing, in [0, 1].</param>
    /// <param name="correlation">How alike the differences of one behavior's items are, in [0, 1].</param>
    public static FamilyPower Of(IEnumerable<MetricResult> results, double discordance, double correlation = 1) =>
        Of(results.Where(r => r.Gate is { } gate && r.Measurement.Sampling.SamplesPerPrompt == 1 && gate.Looks != Looks.AnyTime
                && gate.PolicyFor(r.Measurement.Direction) == InconclusivePolicy.Fail)
            .GroupBy(r => r.Measurement.Metric, StringComparer.Ordinal)
            .Select(group => group.MinBy(r => r.Gate!.Margin)!)
            .Select(r => (r.Measurement.Metric, Units(r.Measurement), r.Gate!)), discordance, correlation);

    /// <summary>What is wrong and what would do, for the author of the gates; <c>null</c> when the family can work.</summary>
    /// <param name="family">Name of the family, such as a spec's.</param>
    /// <param name="correlation">How alike the differences of one behavior's items are, in [0, 1].</param>
    public string? Problem(string family, double correlation = 1)
    {
        if (CanWork) return null;
        var share = MostRed / Members.Count;
        var remedies = Members.Where(m => m.NotPassed > share).OrderByDescending(m => m.NotPassed)
            .Select(m => $"{m.Metric} ({UnitWords.Count(m.Items, m.Behaviors)}, margin {Points(m.Gate.Margin)}): {Percent(m.NotPassed)}; {Remedy(m, share, correlation)}");
        return Invariant($"{family}: its {Members.Count} metrics together are red for an unchanged model in up to {Percent(AnyRed)} of runs, with {100 * Discordance:0.##} % of the items differing between two trainings of the same thing; {100 * MostRed:0} % is the most that means something. The largest parts: {string.Join("; ", remedies)}. Enlarge these suites or their margins, or gate fewer metrics.");
    }

    private string Remedy(FamilyMember member, double share, double correlation)
    {
        double? margin = null;
        for (var tenths = (int)(member.Gate.Margin * 1000) + 5; tenths < 500 && margin is null; tenths += 5)
            if (1 - Passed(member.Sizes, tenths / 1000.0, member.Gate.AlphaOfALook, Discordance, correlation) <= share) margin = tenths / 1000.0;
        var size = ClusteredPower.Size(member.Sizes, Flips(Discordance, correlation), member.Gate.Margin, member.Gate.AlphaOfALook, 1 - share, MostItems);
        var units = member.Behaviors is null ? "items" : "behaviors";
        return $"{(size is { } n ? Invariant($"{n} {units}") : Invariant($"no number of {units} up to {MostItems}"))}{(size is null, margin is null) switch { (false, false) => " or ", (true, true) => " and ", _ => " but " }}{(margin is { } t ? "a margin of " + Points(t) : "no margin below 50 points")} would do";
    }

    private static double Passed(IReadOnlyList<int> sizes, double margin, double alpha, double discordance, double correlation) =>
        ClusteredPower.Passed(sizes, Flips(discordance, correlation), margin, alpha);

    private static ClusterFlips Flips(double discordance, double correlation) => new(discordance / 2, discordance / 2, correlation);

    private static IReadOnlyList<int> Units(Measurement measurement) =>
        [.. InferenceUnits.Group(measurement.Items, i => i.Behavior).Select(unit => unit.Count)];

    private static string Points(double share) => Invariant($"{100 * share:0.##} points");

    private static string Percent(double share) => Invariant($"{100 * share:0.##} %");
}
