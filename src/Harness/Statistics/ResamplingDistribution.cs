using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Statistics;

/// <summary>
/// The bootstrap distribution of a mean: exact for small samples and for values on a lattice, drawn otherwise. Shown beside other
/// intervals; never used to decide a gate, because near the ceiling it passes far too often.
/// </summary>
/// <remarks>Quantile: the smallest value with F ≥ q. BCa: Efron (1987).</remarks>
public sealed class ResamplingDistribution
{
    private const double Tie = 1e-9; // two resampled means this close are the same number, rounded differently
    private readonly double[] _values, _cumulative;

    private ResamplingDistribution(IEnumerable<(double Value, double Mass)> points, double estimate)
    {
        var values = new List<double>();
        var masses = new List<double>();
        foreach (var (value, mass) in points.OrderBy(p => p.Value))
        {
            if (values.Count > 0 && value - values[^1] <= Tie * Math.Max(1, Math.Abs(value))) masses[^1] += mass;
            else { values.Add(value); masses.Add(mass); }
        }

        var total = masses.Sum();
        double sum = 0;
        (_values, _cumulative, Estimate) = ([.. values], [.. masses.Select(m => (sum += m) / total)], estimate);
    }

    /// <summary>The mean of the sample itself.</summary>
    public double Estimate { get; }

    /// <summary>The values it takes and their probabilities, in order.</summary>
    public IEnumerable<(double Value, double Probability)> Points => _values.Select((v, i) => (v, Mass(i)));

    /// <summary>True when it takes one value only: an interval of width zero that must not be used.</summary>
    public bool IsDegenerate => _values.Length == 1;

    /// <summary>Mean of the distribution.</summary>
    public double Mean => _values.Select((v, i) => v * Mass(i)).Sum();

    /// <summary>Standard deviation of the distribution.</summary>
    public double StandardError
    {
        get
        {
            var mean = Mean;
            return Math.Sqrt(_values.Select((v, i) => (v - mean) * (v - mean) * Mass(i)).Sum());
        }
    }

    /// <summary>P(θ* ≤ estimate).</summary>
    public double AtOrBelowEstimate => Below(strict: false);

    /// <summary>Bias correction z0 = Φ⁻¹(P(θ* &lt; θ̂) + ½P(θ* = θ̂)); infinite when the estimate is outside the distribution.</summary>
    public double BiasCorrection => Normal.Quantile(Math.Clamp(0.5 * (Below(strict: true) + Below(strict: false)), 0, 1));

    /// <summary>The smallest value with F ≥ q.</summary>
    public double Quantile(double q)
    {
        Check.Probability(q, nameof(q));
        var i = Array.FindIndex(_cumulative, f => f >= q - 1e-12);
        return _values[i < 0 ? ^1 : i];
    }

    /// <summary>Percentile limits, two-sided.</summary>
    public Interval Percentile(double level)
    {
        Check.OpenUnit(level, nameof(level));
        return new(Quantile((1 - level) / 2), Quantile((1 + level) / 2));
    }

    /// <summary>Bias-corrected and accelerated limits, two-sided; <c>null</c> when they do not exist.</summary>
    public Interval? BiasCorrectedAccelerated(double level, double acceleration)
    {
        Check.OpenUnit(level, nameof(level));
        var z0 = BiasCorrection;
        if (IsDegenerate || !double.IsFinite(z0) || !double.IsFinite(acceleration)) return null;
        double? At(double q)
        {
            var z = z0 + Normal.Quantile(q);
            var denominator = 1 - acceleration * z;
            return denominator > 0 ? Quantile(Normal.Cdf(z0 + z / denominator)) : null;
        }

        return At((1 - level) / 2) is { } lower && At((1 + level) / 2) is { } upper ? new(lower, upper) : null;
    }

    /// <summary>Acceleration of BCa from the estimates without each unit in turn; NaN when they are all equal.</summary>
    public static double Acceleration(IReadOnlyList<double> jackknife)
    {
        Check.Finite(jackknife, nameof(jackknife));
        var mean = StudentMean.Average(jackknife);
        var squares = jackknife.Sum(v => (mean - v) * (mean - v));
        return squares > 0 ? jackknife.Sum(v => Math.Pow(mean - v, 3)) / (6 * Math.Pow(squares, 1.5)) : double.NaN;
    }

    /// <summary>The mean without each cluster in turn; items are clusters of one.</summary>
    public static double[] Jackknife(IReadOnlyList<IReadOnlyList<double>> clusters)
    {
        double sum = clusters.Sum(c => c.Sum());
        var count = clusters.Sum(c => c.Count);
        return [.. clusters.Select(c => (sum - c.Sum()) / (count - c.Count))];
    }

    /// <summary>All resamples of whole clusters (items: clusters of one), exactly. Up to ten clusters.</summary>
    /// <exception cref="ArgumentException">No clusters, an empty one, more than ten, or a value that is not finite.</exception>
    public static ResamplingDistribution All(IReadOnlyList<IReadOnlyList<double>> clusters)
    {
        CheckClusters(clusters);
        var n = clusters.Count;
        if (n > 10)
            throw new ArgumentException(Invariant($"{n} clusters have too many resamples to list; draw instead."), nameof(clusters));
        var points = new List<(double, double)>();
        void Choose(int cluster, int left, double sum, int count, double mass)
        {
            if (cluster == n - 1)
            {
                points.Add(((sum + left * clusters[cluster].Sum()) / (count + left * clusters[cluster].Count), mass));
                return;
            }

            for (var k = 0; k <= left; k++)
                Choose(cluster + 1, left - k, sum + k * clusters[cluster].Sum(), count + k * clusters[cluster].Count,
                    mass * Binomial.Mass(k, left, 1.0 / (n - cluster)));
        }

        Choose(0, n, 0, 0, 1);
        return new(points, Estimated(clusters));
    }

    /// <summary>Exactly, for values first + i·step with counts[i] of each: an n-fold convolution.</summary>
    /// <exception cref="ArgumentException">No values, a negative count, or a step that is not above 0.</exception>
    public static ResamplingDistribution Lattice(IReadOnlyList<int> counts, double first, double step)
    {
        var n = counts.Sum();
        if (n < 1 || counts.Any(c => c < 0)) throw new ArgumentException("The counts are negative or hold no value.", nameof(counts));
        if (!(step > 0 && double.IsFinite(step) && double.IsFinite(first)))
            throw new ArgumentException("The step must be finite and above 0 and the first value finite.", nameof(step));
        double[] sums = [1];
        for (var draw = 0; draw < n; draw++)
        {
            var next = new double[sums.Length + counts.Count - 1];
            for (var i = 0; i < sums.Length; i++)
                if (sums[i] > 0)
                    for (var j = 0; j < counts.Count; j++) next[i + j] += sums[i] * counts[j] / n;
            sums = next;
        }

        var estimate = first + step * counts.Select((c, i) => (double)c * i).Sum() / n;
        return new(sums.Select((mass, i) => (first + step * i / n, mass)).Where(p => p.mass > 0), estimate);
    }

    /// <summary>Draws resamples of whole clusters (items: clusters of one).</summary>
    /// <param name="clusters">The values, cluster by cluster.</param>
    /// <param name="resamples">How many.</param>
    /// <param name="random">The source of the draws.</param>
    public static ResamplingDistribution Drawn(IReadOnlyList<IReadOnlyList<double>> clusters, int resamples, RandomStream random)
    {
        CheckClusters(clusters);
        Check.Positive(resamples, nameof(resamples));
        var sums = clusters.Select(c => (Sum: c.Sum(), c.Count)).ToArray();
        var means = new (double, double)[resamples];
        for (var b = 0; b < resamples; b++)
        {
            double sum = 0;
            var count = 0;
            for (var i = 0; i < sums.Length; i++)
            {
                var cluster = sums[random.Next(sums.Length)];
                sum += cluster.Sum;
                count += cluster.Count;
            }

            means[b] = (sum / count, 1);
        }

        return new(means, Estimated(clusters));
    }

    /// <summary>Of resampled statistics that are no plain mean, such as a ratio; each has the same mass.</summary>
    /// <param name="resampled">The statistic of each resample.</param>
    /// <param name="estimate">The statistic of the sample itself.</param>
    /// <exception cref="ArgumentException">No resamples, or one that is not finite.</exception>
    public static ResamplingDistribution Of(IReadOnlyList<double> resampled, double estimate)
    {
        Check.Finite(resampled, nameof(resampled));
        return new(resampled.Select(value => (value, 1.0)), estimate);
    }

    private static double Estimated(IReadOnlyList<IReadOnlyList<double>> clusters) =>
        clusters.Sum(c => c.Sum()) / clusters.Sum(c => c.Count);

    private static void CheckClusters(IReadOnlyList<IReadOnlyList<double>> clusters)
    {
        if (clusters.Count == 0) throw new ArgumentException("There is nothing to draw from.", nameof(clusters));
        foreach (var cluster in clusters) Check.Finite(cluster, nameof(clusters));
    }

    private double Mass(int i) => _cumulative[i] - (i > 0 ? _cumulative[i - 1] : 0);

    private double Below(bool strict)
    {
        var slack = Tie * Math.Max(1, Math.Abs(Estimate)) * (strict ? -1 : 1);
        var i = Array.FindLastIndex(_values, v => v <= Estimate + slack);
        return i < 0 ? 0 : _cumulative[i];
    }
}
