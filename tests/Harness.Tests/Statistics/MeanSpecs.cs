using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>Means of independent values, of strata and of clusters.</summary>
public sealed class MeanSpecs
{
    private static StudentMean Three => StudentMean.Of([1, 2, 6]); // mean 3, s² = (4 + 1 + 9)/2 = 7

    [Fact]
    public void Students_interval_is_worked_out_by_hand()
    {
        Assert.Equal((3, 3.0), (Three.N, Three.Mean));
        Assert.Equal(Math.Sqrt(7), Three.StandardDeviation, 1e-13);
        Assert.Equal(Math.Sqrt(7 / 3.0), Three.StandardError, 1e-13);
        // Two degrees of freedom: the quantile of 1 − tail is (1 − 2·tail)/√(2·tail(1 − tail)).
        double half = .9 / Math.Sqrt(2 * .05 * .95) * Math.Sqrt(7 / 3.0), one = .8 / Math.Sqrt(2 * .1 * .9) * Math.Sqrt(7 / 3.0);
        Same(new(3 - half, 3 + half), Three.Limits(.9)!.Value);
        Same(new(3 - one, double.PositiveInfinity), Three.Limits(.9, IntervalSide.Lower)!.Value);
        Same(new(double.NegativeInfinity, 3 + one), Three.Limits(.9, IntervalSide.Upper)!.Value);
        var t = 3.5 / Math.Sqrt(7 / 3.0);
        Assert.Equal(.5 * (1 - t / Math.Sqrt(2 + t * t)), Three.NonInferiority(.5)!.Value, 1e-12);
    }

    [Theory]
    [InlineData(0), InlineData(.1), InlineData(.7), InlineData(1 / 3.0), InlineData(-.3)]
    public void Equal_values_have_no_interval_whatever_the_sum_rounds_to(double value)
    {
        for (var n = 2; n < 30; n++)
        {
            var equal = StudentMean.Of(Enumerable.Repeat(value, n).ToArray());
            Assert.Equal((n, value, 0, 0, true), (equal.N, equal.Mean, equal.StandardDeviation, equal.StandardError, equal.IsDegenerate));
            Assert.Null(equal.Limits(.95));
            Assert.Null(equal.NonInferiority(.1));
            var strata = StratifiedMean.Of([equal.N == 2 ? [value, value] : Enumerable.Repeat(value, n).ToArray(), [1, 1]], [1, 1]);
            Assert.Null(strata.Limits(.95));
            Assert.Equal((0, double.NaN), (strata.StandardError, strata.DegreesOfFreedom));
            var clusters = ClusteredMean.Of(Enumerable.Repeat(value, n + 1).ToArray(), [.. Enumerable.Range(0, n + 1).Select(i => i / 2)]);
            Assert.Equal((value, 0, 0, 0, null, null, null, null), (clusters.Mean, clusters.Cr0, clusters.Cr1, clusters.Cr2, clusters.IntraclassCorrelation, clusters.KishDesignEffect, clusters.DesignEffect, clusters.EffectiveN));
        }

        Assert.False(StudentMean.Of([1, 1 + 1e-9]).IsDegenerate);
    }

    [Fact]
    public void Strata_are_weighted_by_their_share_of_all_weights()
    {
        // Variances of the means: 2/2 = 1 and 80/3/4.
        var mean = StratifiedMean.Of([[0, 2], [0, 4, 8, 12]], [1, 3]);
        double a = 1 / 16.0, b = 9 / 16.0 * (80 / 3.0 / 4);
        Assert.Equal([1, 6], mean.StratumMeans);
        Assert.Equal(.25 * 1 + .75 * 6, mean.Mean, 1e-13);
        Assert.Equal(Math.Sqrt(a + b), mean.StandardError, 1e-13);
        Assert.Equal((a + b) * (a + b) / (a * a + b * b / 3), mean.DegreesOfFreedom, 1e-11);
        var half = StudentT.Quantile(.95, mean.DegreesOfFreedom) * mean.StandardError;
        Same(new(4.75 - half, 4.75 + half), mean.Limits(.9)!.Value);
        Assert.Equal(StratifiedMean.Of([[0, 2], [0, 4, 8, 12]], [10, 30]).Mean, mean.Mean, 1e-13);
        var alone = StratifiedMean.Of([[1, 2, 6]], [5]);
        Assert.Equal((2, 3), (alone.DegreesOfFreedom, alone.Mean), (x, y) => Math.Abs(x.Item1 - y.Item1) < 1e-12 && Math.Abs(x.Item2 - y.Item2) < 1e-12);
    }

    [Fact]
    public void Clusters_are_worked_out_by_hand()
    {
        // Clusters (0 1), (4), (2 3 2): mean 2, sums of residuals −3, 2, 1.
        var mean = ClusteredMean.Of([0, 4, 1, 2, 3, 2], [7, 9, 7, 2, 2, 2]);
        Assert.Equal((2, 6, 3), (mean.Mean, mean.N, mean.Clusters));
        Assert.Equal(Math.Sqrt(14 / 36.0), mean.Cr0, 1e-13);
        Assert.Equal(Math.Sqrt(14 / 36.0 * 1.5), mean.Cr1, 1e-13);
        Assert.Equal(Math.Sqrt((9 / (1 - 2 / 6.0) + 4 / (1 - 1 / 6.0) + 1 / (1 - 3 / 6.0)) / 36), mean.Cr2, 1e-13);
        Assert.Equal(14 / 36.0 * 1.5 / (10 / 5.0 / 6), mean.DesignEffect!.Value, 1e-12);
        Assert.Equal(6 / mean.DesignEffect.Value, mean.EffectiveN!.Value, 1e-12);
        // Between: (2·1.5² + 2² + 3·(1/3)²)/2; within: (.5 + 0 + 2/3)/3; m₀ = (6 − 14/6)/2.
        double between = (4.5 + 4 + 1 / 3.0) / 2, within = (.5 + 2 / 3.0) / 3, m0 = (6 - 14 / 6.0) / 2, icc = (between - within) / (between + (m0 - 1) * within);
        Assert.Equal(icc, mean.IntraclassCorrelation!.Value, 1e-12);
        Assert.Equal(1 + (14 / 6.0 - 1) * icc, mean.KishDesignEffect!.Value, 1e-12);
        var t = .95 / Math.Sqrt(2 * .025 * .975); // two degrees of freedom
        Same(new(2 - t * mean.Cr1, 2 + t * mean.Cr1), mean.Cr1Limits(.95));
        var half = StudentT.Quantile(.975, mean.Cr2DegreesOfFreedom) * mean.Cr2;
        Same(new(2 - half, 2 + half), mean.Cr2Limits(.95));

        // Satterthwaite: tr(Ω)²/tr(Ω²), Ω = c c'(diag(size) − size size'/n), c = 1/√(1 − size/n).
        double[] size = [2, 1, 3];
        double trace = size.Sum(s => (s - s * s / 6) / (1 - s / 6)), squares = 0;
        foreach (var (g, s) in size.Index())
            foreach (var (h, u) in size.Index()) squares += Math.Pow((g == h ? s : 0) - s * u / 6, 2) / (1 - s / 6) / (1 - u / 6);
        Assert.Equal(trace * trace / squares, mean.Cr2DegreesOfFreedom, 1e-11);
    }

    [Fact]
    public void Clusters_of_one_are_independent_values()
    {
        var mean = ClusteredMean.Of([1, 2, 6], [0, 1, 2]);
        Assert.Equal(Three.StandardError, mean.Cr1, 1e-13);
        Assert.Equal(Three.StandardError, mean.Cr2, 1e-13);
        Assert.Equal(2, mean.Cr2DegreesOfFreedom, 1e-11);
        Assert.Equal(1, mean.DesignEffect!.Value, 1e-12);
        Assert.Equal((null, null), (mean.IntraclassCorrelation, mean.KishDesignEffect));
        Same(Three.Limits(.8)!.Value, mean.Cr1Limits(.8));
        Same(Three.Limits(.8)!.Value, mean.Cr2Limits(.8));
    }

    [Fact]
    public void What_has_no_mean_or_no_variance_is_refused()
    {
        Worked.Refuses<ArgumentException>("values is empty", () => StudentMean.Of([]));
        Worked.Refuses<ArgumentException>("at least two are needed", () => StudentMean.Of([1]));
        Worked.Refuses<ArgumentException>("values[1] is NaN", () => StudentMean.Of([1, double.NaN]));
        Worked.Refuses<ArgumentException>("There are no strata", () => StratifiedMean.Of([], []));
        Worked.Refuses<ArgumentException>("There are 1 strata and 2 weights", () => StratifiedMean.Of([[1, 2]], [1, 1]));
        Worked.Refuses<ArgumentException>("at least two are needed", () => StratifiedMean.Of([[1, 2], [1]], [1, 1]));
        foreach (var weight in new[] { 0, -1, double.NaN, double.PositiveInfinity }) Worked.Refuses<ArgumentException>("A weight is not a finite number above 0", () => StratifiedMean.Of([[1, 2], [1, 2]], [1, weight]));
        Worked.Refuses<ArgumentException>("There are 2 values and 1 clusters of them", () => ClusteredMean.Of([1, 2], [1]));
        Worked.Refuses<ArgumentException>("All values are of one cluster", () => ClusteredMean.Of([1, 2], [1, 1]));
        Worked.Refuses<ArgumentException>("values is empty", () => ClusteredMean.Of([], []));
        Worked.Refuses<ArgumentException>("values[0] is NaN", () => ClusteredMean.Of([double.NaN, 2], [1, 2]));
        var equal = StudentMean.Of([1, 1]);
        foreach (var bad in new[] { 0, 1, double.NaN })
        {
            Worked.OutOfRange("level is", () => equal.Limits(bad));
            Worked.OutOfRange("margin is", () => equal.NonInferiority(bad));
            Worked.OutOfRange("level is", () => StratifiedMean.Of([[1, 1]], [1]).Limits(bad));
            Worked.OutOfRange("level is", () => ClusteredMean.Of([1, 2], [1, 2]).Cr1Limits(bad));
            Worked.OutOfRange("level is", () => ClusteredMean.Of([1, 2], [1, 2]).Cr2Limits(bad));
        }
    }

    private static void Same(Interval expected, Interval actual)
    {
        Assert.True(expected.Lower == actual.Lower || Math.Abs(expected.Lower - actual.Lower) < 1e-11, Invariant($"{expected} {actual}"));
        Assert.True(expected.Upper == actual.Upper || Math.Abs(expected.Upper - actual.Upper) < 1e-11, Invariant($"{expected} {actual}"));
    }
}
