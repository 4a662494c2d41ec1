using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Calibration;

/// <summary>Rules that were compared with the gate's own and not taken: they err more often, or see less.</summary>
internal static class ClusterAlternatives
{
    private const int Grid = 20;

    /// <summary>Student's t over the behaviors' means; all equal, it has no variance and passes.</summary>
    public static bool StudentT(double[] values, int[] counts, double margin, double alpha)
    {
        var n = counts.Sum();
        var mean = values.Zip(counts, (v, c) => v * c).Sum() / n;
        var error = Math.Sqrt(values.Zip(counts, (v, c) => c * (v - mean) * (v - mean)).Sum() / (n - 1) / n);
        return mean - StudentT95(n - 1, alpha) * error > -margin;
    }

    /// <summary>The capital of a gambler against the mean −margin, averaged over a grid of constant bets.</summary>
    public static bool GridKelly(double[] values, int[] counts, double margin, double alpha)
    {
        var m = (1 - margin) / 2;
        double capital = 0;
        for (var j = 1; j <= Grid; j++)
            capital += Math.Exp(values.Zip(counts, (v, c) => c == 0 ? 0 : c * double.LogP1((double)j / (Grid + 1) * ((1 + v) / 2 / m - 1))).Sum()) / Grid;
        return capital >= 1 / alpha;
    }

    /// <summary>Gaffke's lower limit of the mean.</summary>
    public static bool Gaffke(double[] values, int[] counts, double margin, double alpha)
    {
        var observed = values.Zip(counts).Where(p => p.Second > 0).ToList();
        return observed.Sum(p => p.First * p.Second) > -margin * counts.Sum()
            && BoundedMean.AtMost([.. observed.Select(p => ((1 + p.First) / 2, p.Second)), (0, 1)], (1 - margin) / 2) < alpha;
    }

    /// <summary>
    /// Share of draws that pass Tango's limit when each item counts by itself: whole flips where the sum of a behavior is that of all its
    /// items, else single items.
    /// </summary>
    public static double ItemsAlone(ClusterScenario scenario, double alpha, int draws, RandomStream random)
    {
        var z = Normal.UpperQuantile(alpha);
        var items = scenario.Sizes.Sum();
        var groups = scenario.Sizes.GroupBy(size => size).Select(g => (Count: g.Count(), Size: g.Key, Sums: scenario.Sums(g.Key)))
            .ToArray();
        var passed = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            int lost = 0, gained = 0;
            foreach (var (count, size, sums) in groups)
                for (var i = 0; i < count; i++)
                {
                    var u = random.NextDouble();
                    var s = 0;
                    while (s < sums.Length - 1 && (u -= sums[s]) >= 0) s++;
                    if (s < size) lost += size - s; else gained += s - size;
                }

            if (Tango.Score(lost, gained, items, scenario.Drop) > z) passed++;
        }

        return (double)passed / draws;
    }

    private static double StudentT95(int df, double alpha) => Statistics.StudentT.UpperQuantile(alpha, df);
}
