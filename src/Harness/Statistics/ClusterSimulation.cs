using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Draws the differences of independent behaviors from known distributions and counts what the rule of the gate makes of them.
/// </summary>
public sealed class ClusterSimulation
{
    private readonly double[] _values;
    private readonly long[] _units;
    private readonly (int Clusters, int[] Values, double[] Cumulative)[] _groups;

    /// <summary>Of groups of behaviors, one for each number of items.</summary>
    /// <param name="groups">Behaviors of each group, items of each of them, and the distribution of the sum of their differences
    /// (<see cref="ClusterFlips.Sums"/>).</param>
    /// <exception cref="ArgumentException">No behaviors, or a distribution that does not fit the items or does not add up to 1.</exception>
    public ClusterSimulation(IReadOnlyList<(int Clusters, int Items, double[] Sums)> groups)
    {
        if (groups.Count == 0) throw new ArgumentException("There are no behaviors to draw.", nameof(groups));
        foreach (var (clusters, items, sums) in groups)
        {
            Check.Positive(clusters, nameof(groups));
            if (sums.Length != 2 * items + 1 || !(Math.Abs(sums.Sum() - 1) < 1e-9)) throw new ArgumentException(Invariant($"A distribution of {sums.Length} sums that add up to {sums.Sum()} does not fit {items} items."), nameof(groups));
        }

        Clusters = groups.Sum(g => g.Clusters);
        long multiple = groups.Select(g => (long)g.Items).Distinct()
            .Aggregate(1L, (a, b) => a / (long)System.Numerics.BigInteger.GreatestCommonDivisor(a, b) * b);
        _units = [.. groups.SelectMany(g => Enumerable.Range(-g.Items, 2 * g.Items + 1).Select(s => s * (multiple / g.Items))).Distinct().Order()];
        _values = [.. _units.Select(u => (double)u / multiple)];
        _groups = [.. groups.Select(g =>
        {
            var order = Enumerable.Range(0, g.Sums.Length).OrderByDescending(s => g.Sums[s]).ToArray();
            double sum = 0;
            return (g.Clusters, order.Select(s => Array.BinarySearch(_units, (s - g.Items) * (multiple / g.Items))).ToArray(), order.Select(s => sum += g.Sums[s]).ToArray());
        })];
    }

    /// <summary>Behaviors of one draw.</summary>
    public int Clusters { get; }

    /// <summary>Share of the draws that pass: the lower limit at α is above −margin.</summary>
    public double Passed(double margin, double alpha, int draws, RandomStream random)
    {
        Check.OpenUnit(margin, nameof(margin));
        Check.Alpha(alpha);
        var z = Normal.UpperQuantile(alpha);
        return Share(draws, random, (values, counts) => ClusterScore.Score(values, counts, margin) > z);
    }

    /// <summary>Share of the draws whose sign-flip p of a drop is at most α.</summary>
    public double Regressed(double alpha, int draws, RandomStream random)
    {
        Check.Alpha(alpha);
        return Share(draws, random, (_, counts) => DropP(counts) <= alpha);
    }

    private double DropP(int[] counts)
    {
        List<long> differing = [];
        for (var k = 0; k < counts.Length; k++)
            if (_units[k] != 0) differing.AddRange(Enumerable.Repeat(_units[k], counts[k]));
        return differing.Count == 0 ? 1 : SignFlips.Drop([.. differing], draws: 999);
    }

    /// <summary>Share of the draws for which something holds of the behaviors' means and how often each occurs.</summary>
    internal double Share(int draws, RandomStream random, Func<double[], int[], bool> holds)
    {
        Check.Positive(draws, nameof(draws));
        var counts = new int[_values.Length];
        var held = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            Array.Clear(counts);
            foreach (var (clusters, values, cumulative) in _groups)
                for (var i = 0; i < clusters; i++)
                {
                    var u = random.NextDouble() * cumulative[^1];
                    var k = 0;
                    while (k < cumulative.Length - 1 && u >= cumulative[k]) k++;
                    counts[values[k]]++;
                }

            if (holds(_values, counts)) held++;
        }

        return (double)held / draws;
    }
}
