namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Score test and limits for the mean of independent values in [−1, 1], such as the mean difference of each behavior. The variance is that
/// of the
/// most likely distribution on [−1, 1] with the hypothesized mean, so values that were not observed count: Tango's test when each value is
/// −1, 0 or 1.
/// </summary>
/// <remarks>
/// The most likely distribution puts w = 1/(n(1 + λ(x − μ))) on each observed x (Owen's empirical likelihood); where no λ up to 1/(1 + μ)
/// gives the mean,
/// the rest of the mass is on −1. A t interval takes the observed variance instead, and passes a true drop of τ 15–20 % of the time near
/// the ceiling.
/// </remarks>
public static class ClusterScore
{
    private const int MostSteps = 200;

    /// <summary>
    /// The score statistic of the hypothesis that the true mean is −drop: positive when the values are above it on average.
    /// </summary>
    /// <param name="values">One value a cluster, each in [−1, 1].</param>
    /// <param name="drop">Hypothesized drop, in (−1, 1).</param>
    public static double Score(IReadOnlyList<double> values, double drop)
    {
        var counted = Counted.Of(values);
        CheckDrop(drop);
        return counted.Score(drop);
    }

    /// <summary>True when the one-sided lower limit at <paramref name="alpha"/> is above −margin.</summary>
    public static bool Passes(IReadOnlyList<double> values, double margin, double alpha)
    {
        Check.OpenUnit(margin, nameof(margin));
        Check.Alpha(alpha);
        return Score(values, margin) > Normal.UpperQuantile(alpha);
    }

    /// <summary>Both limits, each one-sided at <paramref name="tail"/>: .05 gives the printed two-sided 90 % interval.</summary>
    public static Interval Limits(IReadOnlyList<double> values, double tail)
    {
        Check.Alpha(tail);
        var z = Normal.UpperQuantile(tail);
        var counted = Counted.Of(values);
        return new(LowerLimit(counted, z), -LowerLimit(counted.Negated(), z));
    }

    /// <summary>The score of values that come in counts.</summary>
    internal static double Score(double[] values, int[] counts, double drop) => new Counted(values, counts).Score(drop);

    // The score falls as the hypothesized mean rises from −1 to the observed mean, where it is 0.
    private static double LowerLimit(Counted counted, double z)
    {
        double low = -1, high = counted.Mean;
        for (var i = 0; i < MostSteps; i++)
        {
            var middle = 0.5 * (low + high);
            if (middle <= low || middle >= high) break;
            if (counted.Score(-middle) > z) low = middle; else high = middle;
        }

        return 0.5 * (low + high);
    }

    private static void CheckDrop(double drop)
    {
        if (!(drop > -1 && drop < 1))
            throw new ArgumentOutOfRangeException(nameof(drop), drop, Invariant($"drop is {drop}; it must lie between -1 and 1."));
    }

    /// <summary>Distinct values and how often each was observed.</summary>
    private sealed class Counted(double[] values, int[] counts)
    {
        private readonly int _n = counts.Sum();

        public double Mean => values.Zip(counts, (v, c) => v * c).Sum() / _n;

        public static Counted Of(IReadOnlyList<double> values)
        {
            Check.Finite(values, nameof(values));
            for (var i = 0; i < values.Count; i++)
                if (!(values[i] >= -1 && values[i] <= 1))
                    throw new ArgumentOutOfRangeException(nameof(values), values[i],
                        Invariant($"values[{i}] is {values[i]}; it must lie in [-1, 1]."));
            var groups = values.GroupBy(v => v).OrderBy(g => g.Key).ToArray();
            return new([.. groups.Select(g => g.Key)], [.. groups.Select(g => g.Count())]);
        }

        public Counted Negated() => new([.. values.Select(v => -v)], counts);

        public double Score(double drop)
        {
            int lost = 0, gained = 0, whole = 0;
            double sum = 0;
            for (var k = 0; k < values.Length; k++)
            {
                sum += counts[k] * (values[k] + drop);
                if (values[k] == -1) lost += counts[k];
                if (values[k] == 1) gained += counts[k];
                if (values[k] is -1 or 0 or 1) whole += counts[k];
            }

            if (whole == _n) return Tango.Score(lost, gained, _n, drop);
            if (sum < 0) return -Negated().Score(-drop);
            return sum == 0 ? 0 : sum / Math.Sqrt(_n * Variance(drop, lost > 0));
        }

        /// <summary>Variance of the most likely distribution with mean −drop.</summary>
        private double Variance(double drop, bool lowestIsObserved)
        {
            var most = 1 / (1 - drop);
            var lambda = !lowestIsObserved && Pull(most, drop) >= 0 ? most : Root(most, drop);
            double mass = 0, variance = 0;
            for (var k = 0; k < values.Length; k++)
            {
                if (counts[k] == 0) continue;
                var x = values[k] + drop;
                var weight = counts[k] / (_n * (1 + lambda * x));
                mass += weight;
                variance += weight * x * x;
            }

            return variance + Math.Max(0, 1 - mass) * (1 - drop) * (1 - drop);
        }

        private double Pull(double lambda, double drop)
        {
            double pull = 0;
            for (var k = 0; k < values.Length; k++)
                if (counts[k] > 0) pull += counts[k] * (values[k] + drop) / (1 + lambda * (values[k] + drop));
            return pull;
        }

        // The pull falls in λ from the sum of the values at 0: Newton inside a bracket, halving when a step leaves it.
        private double Root(double most, double drop)
        {
            double low = 0, high = most, lambda = 0.5 * most;
            for (var i = 0; i < MostSteps && high - low > 1e-15 * most; i++)
            {
                double pull = 0, slope = 0;
                for (var k = 0; k < values.Length; k++)
                {
                    if (counts[k] == 0) continue;
                    var x = values[k] + drop;
                    var share = x / (1 + lambda * x);
                    pull += counts[k] * share;
                    slope -= counts[k] * share * share;
                }

                if (pull == 0) return lambda;
                if (pull > 0) low = lambda; else high = lambda;
                var next = lambda - pull / slope;
                if (!(next > low && next < high)) next = 0.5 * (low + high);
                if (Math.Abs(next - lambda) <= 1e-15 * most) return next;
                lambda = next;
            }

            return lambda;
        }
    }
}
