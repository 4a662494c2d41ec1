using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The tests of one 0/1 sample an item, looked at once or twice. Items by themselves: Tango's limits, exact McNemar, Clopper and Pearson.
/// Items that share
/// behaviors: the generalization of each to the behaviors' means.
/// </summary>
internal static class UnitTests
{
    /// <summary>Draws behind a detectable drop, which a message shows: its power is known to 1.3 points.</summary>
    private const int Draws = 1000;

    /// <summary>True when a drop of the margin is ruled out.</summary>
    public static bool Passes(IReadOnlyList<PairedUnit> units, double margin, double alpha) =>
        AreItems(units) ? Tango.Passes(Table(units), margin, alpha) : ClusterScore.Passes(Differences(units), margin, alpha);

    /// <summary>One-sided p of a drop.</summary>
    public static double DropP(IReadOnlyCollection<PairedUnit> units) =>
        SignFlips.Drop([.. units.Select(u => (int)Math.Round(u.Items.Sum(i => i.WorstDifference)))], [.. units.Select(u => u.Items.Count)]);

    /// <summary>Limits of the mean difference, each one-sided.</summary>
    public static Interval Limits(IReadOnlyList<PairedUnit> units, double tail) =>
        AreItems(units) ? Tango.Limits(Table(units), tail) : ClusterScore.Limits(Differences(units), tail);

    /// <summary>Name of the method behind the limits.</summary>
    public static string Method(PairedComparison comparison) =>
        comparison.IsClustered ? "score limits over behaviors" : "Tango's score limits";

    /// <summary>How alike the differences of one behavior's items are: the intraclass correlation, in [0, 1].</summary>
    public static double Correlation(PairedComparison comparison) =>
        ClusterFlips.Estimate([.. comparison.Units.SelectMany(u => u.Items.Select(i => i.WorstDifference))],
            [.. comparison.Units.SelectMany((u, number) => u.Items.Select(_ => number))]);

    /// <summary>The two detectable drops where items share behaviors.</summary>
    public static DetectableDrops Detectable(PairedComparison comparison, double margin, double alpha, int family)
    {
        int[] sizes = [.. comparison.Units.Select(u => u.Items.Count)];
        var flips = new ClusterFlips(0, (double)comparison.Gained.Count() / comparison.Items.Count, Correlation(comparison));
        flips = ClusteredPower.WithDrop(flips, Math.Min(flips.Gained, 1 - flips.Gained));
        return new()
        {
            Regressed = ClusteredPower.DropSeenAsRegressed(sizes, flips, alpha / family, DetectableDrops.Power, Draws),
            NotPassed = ClusteredPower.DropSeenAsNotPassed(sizes, flips, margin, alpha, DetectableDrops.Power, Draws),
        };
    }

    private static bool AreItems(IReadOnlyList<PairedUnit> units) => units.All(u => u.Items.Count == 1);

    private static PairedTable Table(IReadOnlyList<PairedUnit> units) => PairedComparison.Table([.. units.Select(u => u.Items[0])]);

    private static double[] Differences(IReadOnlyList<PairedUnit> units) => [.. units.Select(u => u.WorstDifference)];
}
