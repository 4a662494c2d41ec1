using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class NormalSpecs
{
    [Theory] // Abramowitz and Stegun, tables 26.1 and 26.2
    [InlineData(0, .5), InlineData(1, .841344746068543), InlineData(-1, .158655253931457), InlineData(2, .977249868051821), InlineData(-6, 9.86587645037698e-10)]
    public void The_distribution_function_is_the_tabulated_one(double x, double p)
    {
        Worked.Near(p, Normal.Cdf(x), 1e-13);
        Worked.Near(p, Normal.UpperTail(-x), 1e-13);
        Assert.Equal(1, Normal.Cdf(x) + Normal.UpperTail(x), 1e-14);
    }

    [Theory]
    [InlineData(.05, 1.6448536269514722), InlineData(.025, 1.959963984540054), InlineData(.5, 0), InlineData(.1, 1.2815515655446004), InlineData(.9, -1.2815515655446004)]
    public void The_quantile_is_the_tabulated_one_from_either_end(double tail, double z)
    {
        Assert.Equal(z, Normal.UpperQuantile(tail), 1e-13);
        Assert.Equal(-z, Normal.Quantile(tail), 1e-13);
        Assert.Equal(z, Normal.Quantile(1 - tail), 1e-13);
    }

    [Fact]
    public void The_quantile_of_a_tail_gives_the_tail_back_however_small_it_is()
    {
        for (var exponent = 0; exponent <= 300; exponent += 4)
            foreach (var tail in new[] { Math.Pow(10, -exponent) * .49, 1 - Math.Pow(10, -exponent / 20.0) * .49 })
                Worked.Near(tail, Normal.UpperTail(Normal.UpperQuantile(tail)), 1e-12);
    }

    [Theory] // by erfc⁻¹ with 40 digits
    [InlineData(1e-300, -37.0470962993611992), InlineData(1e-10, -6.3613409024040562), InlineData(.3, -.52440051270804082), InlineData(1 - 1e-10, 6.3613408896974219)]
    public void The_quantile_keeps_its_digits_at_either_end(double p, double z)
    {
        Worked.Near(z, Normal.Quantile(p), 1e-15);
        Worked.Near(-z, Normal.UpperQuantile(p), 1e-15);
    }

    [Fact]
    public void The_quantile_of_one_half_has_no_sign() => Assert.False(double.IsNegative(Normal.Quantile(.5)));

    [Fact]
    public void The_ends_are_infinite()
    {
        Assert.Equal(double.PositiveInfinity, Normal.UpperQuantile(0));
        Assert.Equal(double.NegativeInfinity, Normal.UpperQuantile(1));
        Assert.Equal(double.NegativeInfinity, Normal.Quantile(0));
        Assert.Equal(double.PositiveInfinity, Normal.Quantile(1));
    }

    [Theory]
    [InlineData(-1e-9), InlineData(1.000001), InlineData(double.NaN)]
    public void What_is_no_probability_has_no_quantile(double p)
    {
        Worked.OutOfRange(Invariant($"p is {p}; it must lie in [0, 1]"), () => Normal.Quantile(p));
        Worked.OutOfRange(Invariant($"tail is {p}; it must lie in [0, 1]"), () => Normal.UpperQuantile(p));
    }
}
