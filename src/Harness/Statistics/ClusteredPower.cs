using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Power of the gate's rule where items share behaviors. By enumeration when behaviors flip whole, otherwise by simulation from
/// seeded streams, so the
/// same question has the same answer.
/// </summary>
public static class ClusteredPower
{
    /// <summary>Draws behind each probability; its standard error is at most .8 points, and .5 points at .9.</summary>
    public const int Draws = 4000;

    /// <summary>P(Passed).</summary>
    /// <param name="sizes">Items of each behavior.</param>
    /// <param name="flips">How items flip.</param>
    /// <param name="margin">Margin τ in (0, 1).</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="draws">Draws behind each probability.</param>
    public static double Passed(IReadOnlyList<int> sizes, ClusterFlips flips, double margin, double alpha, int draws = Draws) =>
        IsWhole(sizes, flips) ? PairedPower.Passed(sizes.Count, flips.Lost, flips.Gained, margin, alpha)
            : Simulation(sizes, flips).Passed(margin, alpha, draws, new RandomStream(0, "clustered-power/passed"));

    /// <summary>P(sign-flip p of a drop ≤ alpha).</summary>
    /// <param name="sizes">Items of each behavior.</param>
    /// <param name="flips">How items flip.</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="draws">Draws behind each probability.</param>
    public static double Regressed(IReadOnlyList<int> sizes, ClusterFlips flips, double alpha, int draws = Draws) =>
        IsWhole(sizes, flips) ? PairedPower.Regressed(sizes.Count, flips.Lost, flips.Gained, alpha)
            : Simulation(sizes, flips).Regressed(alpha, draws, new RandomStream(0, "clustered-power/regressed"));

    /// <summary>
    /// Fewest behaviors of these sizes in turn from which on P(Passed) reaches the target; <c>null</c> when none up to
    /// <paramref name="most"/> does.
    /// </summary>
    /// <param name="sizes">Items of each behavior; more behaviors repeat them.</param>
    /// <param name="flips">How items flip.</param>
    /// <param name="margin">Margin τ in (0, 1).</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="power">Wanted P(Passed).</param>
    /// <param name="most">Where the search ends.</param>
    /// <param name="draws">Draws behind each probability.</param>
    public static int? Size(IReadOnlyList<int> sizes, ClusterFlips flips, double margin, double alpha, double power, int most,
        int draws = Draws)
    {
        Check.OpenUnit(power, nameof(power));
        if (IsWhole(sizes, flips)) return MinimalSize.Find(flips.Lost, flips.Gained, margin, alpha, power, most)?.Stays;
        // No fewer than an unchanged model needs that never flips: below it even that does not pass.
        return Fewest(sizes, MinimalSize.Find(0, 0, margin, alpha, power, most)?.Stays ?? most, most,
            some => Passed(some, flips, margin, alpha, draws) >= power);
    }

    /// <summary>
    /// Fewest behaviors of these sizes in turn, not less than <paramref name="least"/>, for which something holds that holds for more of
    /// them, to a hundredth; <c>null</c> when none up to <paramref name="most"/>.
    /// </summary>
    internal static int? Fewest(IReadOnlyList<int> sizes, int least, int most, Func<IReadOnlyList<int>, bool> holds)
    {
        bool Enough(int clusters) => holds(Sizes(sizes, clusters));
        int low = least - 1, high = least;
        while (!Enough(high))
        {
            low = high;
            if (high >= most) return null;
            high = Math.Min(2 * high, most);
        }

        while (high - low > Math.Max(1, high / 100)) // the simulation does not resolve less than a hundredth
        {
            var middle = (low + high) / 2;
            if (Enough(middle)) high = middle; else low = middle;
        }

        return high;
    }

    /// <summary>
    /// Smallest drop, by behaviors that are lost whole beside the flips, that is called Regressed with the given power; <c>null</c> when
    /// none is.
    /// </summary>
    /// <param name="sizes">Items of each behavior.</param>
    /// <param name="flips">Flips without a drop.</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="power">Wanted probability.</param>
    /// <param name="draws">Draws behind each probability.</param>
    public static double? DropSeenAsRegressed(IReadOnlyList<int> sizes, ClusterFlips flips, double alpha, double power,
        int draws = Draws) =>
        SmallestDrop(flips, drop => Regressed(sizes, WithDrop(flips, drop), alpha, draws) >= power);

    /// <summary>
    /// Smallest drop that does not pass with the given power; 0 when even no drop passes too rarely, <c>null</c> when none is large enough.
    /// </summary>
    /// <param name="sizes">Items of each behavior.</param>
    /// <param name="flips">Flips without a drop.</param>
    /// <param name="margin">Margin τ in (0, 1).</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="power">Wanted probability.</param>
    /// <param name="draws">Draws behind each probability.</param>
    public static double? DropSeenAsNotPassed(IReadOnlyList<int> sizes, ClusterFlips flips, double margin, double alpha, double power,
        int draws = Draws) =>
        SmallestDrop(flips, drop => 1 - Passed(sizes, WithDrop(flips, drop), margin, alpha, draws) >= power);

    /// <summary>The flips with a drop more, of the same correlation.</summary>
    public static ClusterFlips WithDrop(ClusterFlips flips, double drop) => new(flips.Lost + drop, flips.Gained, flips.Correlation);

    private static double? SmallestDrop(ClusterFlips flips, Func<double, bool> seen)
    {
        if (seen(0)) return 0;
        double low = 0, high = 1 - flips.Lost - flips.Gained;
        if (!(high > 0) || !seen(high)) return null;
        while (high - low > 1e-3 * high)
        {
            var middle = 0.5 * (low + high);
            if (seen(middle)) high = middle; else low = middle;
        }

        return high;
    }

    private static bool IsWhole(IReadOnlyList<int> sizes, ClusterFlips flips)
    {
        if (sizes.Count == 0) throw new ArgumentException("There are no behaviors.", nameof(sizes));
        return flips.Correlation == 1 || flips.Lost + flips.Gained == 0 || sizes.All(s => s == 1);
    }

    private static int[] Sizes(IReadOnlyList<int> sizes, int clusters) =>
        [.. Enumerable.Range(0, clusters).Select(i => sizes[i % sizes.Count])];

    private static ClusterSimulation Simulation(IReadOnlyList<int> sizes, ClusterFlips flips) =>
        new([.. sizes.GroupBy(s => s).OrderBy(g => g.Key).Select(g => (g.Count(), g.Key, flips.Sums(g.Key)))]);
}
