using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>Fieller's limits of a ratio of two means.</summary>
public sealed class RatioOfMeansSpecs
{
    [Fact]
    public void Limits_of_four_pairs_are_worked_out_by_hand()
    {
        // Means 2 and 11.5, s_y² = 2/3, s_x² = 5/3, s_xy = 1/3, t(.975, 3) = 3.182446305: with k = t²/4
        // a = 132.25 − 5k/3 = 128.030015, b = 23 − k/3 = 22.156003, c = 4 − 2k/3 = 2.312006; (b ∓ √(b² − ac))/a.
        var ratio = RatioOfMeans.Of([1, 2, 3, 2], [10, 12, 11, 13], .95);
        Assert.Equal(2 / 11.5, ratio.Estimate!.Value, 1e-15);
        Assert.Equal(0.0640160618531316, ratio.Limits!.Value.Lower, 1e-9);
        Assert.Equal(0.2820903256926806, ratio.Limits.Value.Upper, 1e-9);
        Assert.Equal(RatioWithoutLimits.None, ratio.WhyNone);
    }

    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 2 }, new[] { 10.0, 12, 11, 13 })]
    [InlineData(new[] { -1.0, 0, 4 }, new[] { 30.0, 33, 29 })]
    [InlineData(new[] { 5.0, 4, 4, 7, 6 }, new[] { -30.0, -33, -29, -31, -35 })]
    public void At_a_limit_the_mean_of_y_less_the_limit_times_x_differs_from_0_by_exactly_t(double[] y, double[] x)
    {
        var limits = RatioOfMeans.Of(y, x, .9).Limits!.Value;
        foreach (var limit in new[] { limits.Lower, limits.Upper })
        {
            var rest = StudentMean.Of([.. y.Zip(x, (top, bottom) => top - limit * bottom)]);
            Assert.Equal(StudentT.UpperQuantile(.05, y.Length - 1), Math.Abs(rest.Mean / rest.StandardError), 1e-8);
        }
    }

    [Fact]
    public void A_denominator_that_cannot_be_told_from_0_gives_no_limits()
    {
        Assert.Equal((null, RatioWithoutLimits.DenominatorNearZero), Limits([1, 2, 3], [-1, 1, 2])); // t = 0.756
        // t(.975, 2) = 4.3027: means of 4.30 and 4.31 standard errors fall on either side of it.
        Assert.Equal(RatioWithoutLimits.DenominatorNearZero, Limits([1, 2, 3], Around(4.30)).Why);
        Assert.Equal(RatioWithoutLimits.None, Limits([1, 2, 3], Around(4.31)).Why);

        static double[] Around(double standardErrors) => [standardErrors / Math.Sqrt(3) - 1, standardErrors / Math.Sqrt(3), standardErrors / Math.Sqrt(3) + 1];
    }

    [Fact]
    public void What_does_not_vary_or_is_one_pair_has_no_limits()
    {
        Assert.Equal((null, RatioWithoutLimits.OnePair), Limits([1], [2]));
        Assert.Equal((null, RatioWithoutLimits.NothingVaries), Limits([1, 1, 1], [2, 2, 2]));
        Assert.Equal((null, RatioWithoutLimits.NothingVaries), Limits([0, 0, 0], [20, 22, 21]));
        Assert.Null(RatioOfMeans.Of([1], [0], .95).Estimate);
    }

    [Fact]
    public void Pairs_must_be_pairs_of_numbers()
    {
        Assert.Throws<ArgumentException>(() => RatioOfMeans.Of([1, 2], [1], .95));
        Assert.Throws<ArgumentException>(() => RatioOfMeans.Of([], [], .95));
        Assert.Throws<ArgumentException>(() => RatioOfMeans.Of([double.NaN, 1], [1, 2], .95));
        Assert.Throws<ArgumentException>(() => RatioOfMeans.Of([1, 2], [1, double.PositiveInfinity], .95));
        foreach (var level in new[] { 0, 1, double.NaN })
            Assert.Equal("level", Assert.Throws<ArgumentOutOfRangeException>(() => RatioOfMeans.Of([1, 2], [1, 2], level)).ParamName);
    }

    private static (Interval? Limits, RatioWithoutLimits Why) Limits(double[] y, double[] x) => RatioOfMeans.Of(y, x, .95) is var ratio ? (ratio.Limits, ratio.WhyNone) : default;
}
