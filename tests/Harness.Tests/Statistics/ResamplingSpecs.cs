using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class ResamplingSpecs
{
    private static double[][] Items(params double[] values) => [.. values.Select(v => new[] { v })];

    /// <summary>Every ordered resample of the clusters, one by one.</summary>
    private static SortedDictionary<double, double> Listed(double[][] clusters)
    {
        var (n, masses) = (clusters.Length, new SortedDictionary<double, double>());
        for (var code = 0; code < (int)Math.Pow(n, n); code++)
        {
            var chosen = new List<double>();
            for (int i = 0, rest = code; i < n; i++, rest /= n) chosen.AddRange(clusters[rest % n]);
            var mean = Math.Round(chosen.Average(), 9);
            masses[mean] = masses.GetValueOrDefault(mean) + Math.Pow(n, -n);
        }

        return masses;
    }

    [Fact]
    public void All_resamples_are_those_listed_one_by_one()
    {
        foreach (var clusters in new[] { Items(0, 1), Items(0, 0, 1), Items(.1, .2, .3, .7), Items(-5, 2, 2, 4, 11), [[0, 1], [1], [1, 1, 0]], [[1, 1, 0], [.5, .5], [0]], [[.25]] })
        {
            var all = ResamplingDistribution.All(clusters);
            var listed = Listed(clusters);
            Assert.Equal(listed.Keys, all.Points.Select(p => p.Value), (a, b) => Math.Abs(a - b) < 1e-8);
            Assert.Equal(listed.Values, all.Points.Select(p => p.Probability), (a, b) => Math.Abs(a - b) < 1e-12);
            var estimate = clusters.SelectMany(c => c).Average();
            Assert.Equal(estimate, all.Estimate, 1e-13);
            var mean = listed.Sum(p => p.Key * p.Value);
            Assert.Equal(mean, all.Mean, 1e-8);
            Assert.Equal(Math.Sqrt(listed.Sum(p => p.Value * Math.Pow(p.Key - mean, 2))), all.StandardError, 1e-8);
            double below = listed.Where(p => p.Key < estimate - 1e-8).Sum(p => p.Value), atOrBelow = listed.Where(p => p.Key < estimate + 1e-8).Sum(p => p.Value);
            Assert.Equal(atOrBelow, all.AtOrBelowEstimate, 1e-11);
            Assert.Equal(Normal.Quantile((below + atOrBelow) / 2), all.BiasCorrection, 1e-10);
            foreach (var q in new[] { 0, .01, .3, .5, .9, 1 }) Assert.Equal(listed.First(p => listed.Where(o => o.Key <= p.Key).Sum(o => o.Value) >= q - 1e-9).Key, all.Quantile(q), 1e-8);
        }
    }

    [Fact]
    public void A_lattice_is_the_same_distribution_as_its_resamples()
    {
        foreach (var counts in new int[][] { [3, 2], [0, 1], [1, 0, 4], [0, 5], [2, 1, 1, 1], [5, 0] })
        {
            var values = counts.SelectMany((c, i) => Enumerable.Repeat(-.5 + .25 * i, c)).ToArray();
            ResamplingDistribution lattice = ResamplingDistribution.Lattice(counts, -.5, .25), all = ResamplingDistribution.All(Items(values));
            Assert.Equal(all.Estimate, lattice.Estimate, 1e-12);
            Assert.Equal(all.Points.Select(p => p.Value), lattice.Points.Select(p => p.Value), (a, b) => Math.Abs(a - b) < 1e-12);
            Assert.Equal(all.Points.Select(p => p.Probability), lattice.Points.Select(p => p.Probability), (a, b) => Math.Abs(a - b) < 1e-12);
            Assert.Equal(counts.Count(c => c > 0) == 1, lattice.IsDegenerate);
        }

        var coin = ResamplingDistribution.Lattice([7, 13], 0, 1);
        Assert.Equal(Enumerable.Range(0, 21).Select(k => Binomial.Mass(k, 20, .65)), coin.Points.Select(p => p.Probability), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Drawn_resamples_follow_the_listed_distribution_and_their_seed()
    {
        double[][] clusters = [[0, 1], [1], [1, 1, 0]];
        var drawn = ResamplingDistribution.Drawn(clusters, 20_000, new(1, "draws"));
        var all = ResamplingDistribution.All(clusters);
        const double fiveDeviations = 5 * .5 / 141; // √20 000 = 141
        Assert.Equal(all.Estimate, drawn.Estimate);
        Assert.Equal(all.Points.Select(p => p.Value), drawn.Points.Select(p => p.Value), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(all.Points.Select(p => p.Probability), drawn.Points.Select(p => p.Probability), (a, b) => Math.Abs(a - b) < fiveDeviations);
        Assert.Equal(drawn.Points, ResamplingDistribution.Drawn(clusters, 20_000, new(1, "draws")).Points);
        Assert.Single(ResamplingDistribution.Drawn(clusters, 1, new(1, "draws")).Points);
    }

    [Fact]
    public void Quantiles_are_the_smallest_values_reached_and_the_percentile_limits_two_of_them()
    {
        var coin = ResamplingDistribution.Lattice([1, 1], 0, 1); // 0, ½, 1 with ¼, ½, ¼
        Assert.Equal([0, 0, .5, .5, 1, 1], new[] { 0, .25, .2501, .75, .7501, 1 }.Select(coin.Quantile));
        Assert.Equal(new(0, 1), coin.Percentile(.9));
        Assert.Equal(new(0, .5), coin.Percentile(.5));
        Assert.Equal(new(.5, .5), coin.Percentile(.2));
    }

    [Fact]
    public void Bca_moves_the_percentiles_as_efron_wrote()
    {
        var d = ResamplingDistribution.Lattice([12, 5, 3], 0, .5);
        foreach (var acceleration in new[] { 0, .05, -.08 })
        {
            var limits = d.BiasCorrectedAccelerated(.9, acceleration)!.Value;
            Assert.Equal((d.Quantile(Moved(.05)), d.Quantile(Moved(.95))), (limits.Lower, limits.Upper));

            double Moved(double q)
            {
                var z = d.BiasCorrection + Normal.Quantile(q);
                return Normal.Cdf(d.BiasCorrection + z / (1 - acceleration * z));
            }
        }

        var symmetric = ResamplingDistribution.Lattice([5, 5], 0, 1);
        Assert.Equal(0, symmetric.BiasCorrection, 1e-11);
        Assert.Equal(symmetric.Percentile(.9), symmetric.BiasCorrectedAccelerated(.9, 0));
    }

    [Fact]
    public void Bca_limits_that_do_not_exist_are_absent()
    {
        var d = ResamplingDistribution.Lattice([5, 5], 0, 1);
        Assert.Null(ResamplingDistribution.Lattice([5, 0], 0, 1).BiasCorrectedAccelerated(.9, 0));
        Assert.All([double.NaN, double.PositiveInfinity], a => Assert.Null(d.BiasCorrectedAccelerated(.9, a)));
        // 1 − a·z with z = ±1.645: not above 0 from a = .61 on the upper side, −.61 on the lower.
        Assert.NotNull(d.BiasCorrectedAccelerated(.9, .6));
        Assert.NotNull(d.BiasCorrectedAccelerated(.9, -.6));
        Assert.Null(d.BiasCorrectedAccelerated(.9, .62));
        Assert.Null(d.BiasCorrectedAccelerated(.9, -.62));
        Assert.Null(ResamplingDistribution.Drawn([[0], [1], [5]], 1, new(3, "far from the estimate")).BiasCorrectedAccelerated(.9, 0));
    }

    [Fact]
    public void An_estimate_outside_the_distribution_has_an_infinite_correction()
    {
        // One draw only, so that all of it lies on one side of the estimate.
        var sides = Enumerable.Range(0, 12).Select(i => ResamplingDistribution.Drawn(Items(0, 1, 5), 1, new((ulong)i, "one"))).ToArray();
        Assert.Contains(sides, d => d.BiasCorrection == double.PositiveInfinity && d.AtOrBelowEstimate == 1);
        Assert.Contains(sides, d => d.BiasCorrection == double.NegativeInfinity && d.AtOrBelowEstimate == 0);
        var two = Enumerable.Range(0, 60).Select(i => ResamplingDistribution.Drawn(Items(0, 1, 5), 2, new((ulong)i, "two"))).First(d => !d.IsDegenerate && !double.IsFinite(d.BiasCorrection));
        Assert.Null(two.BiasCorrectedAccelerated(.9, 0));
    }

    [Fact]
    public void Jackknife_and_acceleration_are_worked_out_by_hand()
    {
        Assert.Equal([4, 3.5, 1.5], ResamplingDistribution.Jackknife(Items(1, 2, 6)));
        Assert.Equal([2, 1.5], ResamplingDistribution.Jackknife([[1, 2], [2]]));
        // Mean 3: deviations −1, −.5, 1.5: cubes 2.25, squares 3.5.
        Assert.Equal(2.25 / (6 * Math.Pow(3.5, 1.5)), ResamplingDistribution.Acceleration([4, 3.5, 1.5]), 1e-13);
        Assert.Equal(0, ResamplingDistribution.Acceleration([1, 2, 3]), 1e-13);
        Assert.All([[2, 2, 2], [.1, .1, .1], new[] { 7.0 }], equal => Assert.Equal(double.NaN, ResamplingDistribution.Acceleration(equal)));
    }

    [Fact]
    public void What_cannot_be_resampled_is_refused()
    {
        foreach (var make in new Func<double[][], ResamplingDistribution>[] { ResamplingDistribution.All, c => ResamplingDistribution.Drawn(c, 5, new(1, "x")) })
        {
            Worked.Refuses<ArgumentException>("nothing to draw from", () => make([]));
            Worked.Refuses<ArgumentException>("clusters is empty", () => make([[1], []]));
            Worked.Refuses<ArgumentException>("clusters[1] is NaN", () => make([[1], [0, double.NaN]]));
        }

        Worked.Refuses<ArgumentException>("11 clusters have too many resamples to list", () => ResamplingDistribution.All(Items(new double[11])));
        Assert.True(ResamplingDistribution.All(Items(new double[10])).IsDegenerate);
        Worked.OutOfRange("resamples is 0", () => ResamplingDistribution.Drawn(Items(1, 2), 0, new(1, "x")));
        foreach (var counts in new int[][] { [], [0, 0], [3, -1], [-3, 1] }) Worked.Refuses<ArgumentException>("The counts are negative or hold no value", () => ResamplingDistribution.Lattice(counts, 0, 1));
        foreach (var step in new[] { 0, -1, double.NaN, double.PositiveInfinity }) Worked.Refuses<ArgumentException>("The step must be", () => ResamplingDistribution.Lattice([1, 1], 0, step));
        foreach (var first in new[] { double.NaN, double.NegativeInfinity }) Worked.Refuses<ArgumentException>("the first value finite", () => ResamplingDistribution.Lattice([1, 1], first, 1));
        Worked.Refuses<ArgumentException>("jackknife is empty", () => ResamplingDistribution.Acceleration([]));
        var coin = ResamplingDistribution.Lattice([1, 1], 0, 1);
        foreach (var bad in new[] { -.1, 1.1, double.NaN }) Worked.OutOfRange(Invariant($"q is {bad}"), () => coin.Quantile(bad));
        foreach (var bad in new[] { 0, 1, double.NaN })
            Worked.OutOfRange(Invariant($"level is {bad}"), () => coin.Percentile(bad), () => coin.BiasCorrectedAccelerated(bad, 0));
    }
}
