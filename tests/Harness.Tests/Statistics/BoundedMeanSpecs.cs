using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class BoundedMeanSpecs
{
    [Theory]
    [InlineData(168, 168), InlineData(165, 168), InlineData(0, 20), InlineData(9, 20)]
    public void Values_of_0_and_1_have_the_limits_of_Clopper_and_Pearson(int ones, int n) =>
        Assert.Equal(new Proportion(ones, n).ClopperPearson(.9), BoundedMean.Limits([.. Enumerable.Range(0, n).Select(i => i < ones ? 1.0 : 0)], .05));

    // n values of c: the weight of all of them is Beta(n, 1), whose α-quantile is α^(1/n).
    [Theory]
    [InlineData(.5, 1), InlineData(.5, 2), InlineData(.8, 30), InlineData(.96, 168)]
    public void Equal_values_have_the_limit_by_hand(double c, int n)
    {
        var limits = BoundedMean.Limits([.. Enumerable.Repeat(c, n)], .05);
        Assert.Equal(c * Math.Pow(.05, 1.0 / n), limits.Lower, 1e-9);
        Assert.Equal(1 - (1 - c) * Math.Pow(.05, 1.0 / n), limits.Upper, 1e-9);
    }

    // Over the triangle of the weights of 1 and ½ (area ½): P(w₁ + w₂/2 ≤ c) = c²/½ for c up to ½, so c = √.025.
    [Fact]
    public void Two_values_have_the_limit_by_hand() => Assert.Equal(Math.Sqrt(.025), BoundedMean.Limits([1, .5], .05).Lower, 1e-9);

    [Fact]
    public void The_probability_is_that_of_draws()
    {
        (double Value, int Count)[] groups = [(0, 2), (.4, 3), (.8, 20), (1, 40)];
        var random = new RandomStream(5, "bounded-mean-specs");
        const int draws = 40_000;
        foreach (var c in new[] { .80, .86, .875, .9, .95 })
        {
            var inside = Enumerable.Range(0, draws).Count(_ => groups.Sum(g => Enumerable.Range(0, g.Count).Sum(_ => -Math.Log(1 - random.NextDouble())) * (g.Value - c)) <= 0);
            Assert.InRange(BoundedMean.AtMost(groups, c), (double)inside / draws - .012, (double)inside / draws + .012); // 4.8 standard errors at ½
        }
    }

    private const double EndOfTheIntegral = 1e-8; // two values leave so much beyond the last step

    // The weight of 1 beside that of 0 is uniform; at ½ the saddle point is the pole.
    [Theory]
    [InlineData(.5), InlineData(.4999), InlineData(.25), InlineData(.75)]
    public void The_weight_of_one_of_two_values_is_uniform(double c) => Assert.Equal(c, BoundedMean.AtMost([(0, 1), (1, 1)], c), EndOfTheIntegral);

    [Fact]
    public void No_values_are_no_count() => Assert.Null(BoundedMean.Counted([]));

    [Theory]
    [InlineData(.1, 0), InlineData(.9, 1)]
    public void Outside_of_the_values_the_probability_is_nothing_or_all(double c, double p) => Assert.Equal(p, BoundedMean.AtMost([(.2, 1), (.8, 2)], c));

    [Fact]
    public void Values_and_levels_out_of_range_are_refused()
    {
        Worked.Refuses<ArgumentException>("values is empty", () => BoundedMean.Limits([], .05));
        Worked.OutOfRange("values is 1.5", () => BoundedMean.Limits([.5, 1.5], .05));
        Worked.OutOfRange("it must lie between 0 and 0.5", () => BoundedMean.Limits([.5], .5));
    }
}
