using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class BetaDistributionSpecs
{
    private static readonly double[] Points = [1e-12, .001, .05, .3, .5, .77, .95, .999];

    [Fact]
    public void Whole_parameters_are_sums_of_binomial_masses()
    {
        for (var a = 1; a <= 7; a++)
        {
            for (var b = 1; b <= 7; b++)
            {
                foreach (var x in Points)
                {
                    var n = a + b - 1;
                    double lower = Enumerable.Range(a, b).Sum(k => Worked.Mass(k, n, x)), upper = Enumerable.Range(0, a).Sum(k => Worked.Mass(k, n, x));
                    var tails = BetaDistribution.Tails(x, 1 - x, a, b);
                    Worked.Near(lower, tails.Lower);
                    Assert.Equal(upper, tails.Upper, 1e-12);
                    Assert.Equal(tails.Lower, BetaDistribution.Cdf(x, a, b));
                    Worked.Near(tails.Lower, BetaDistribution.Tails(1 - x, x, b, a).Upper);
                }
            }
        }
    }

    [Fact]
    public void Power_and_arcsine_laws_have_their_closed_forms_and_inverses()
    {
        foreach (var p in Points)
        {
            foreach (var a in new[] { .5, 1, 2.5, 40, 3000 })
            {
                Worked.Near(Math.Pow(p, a), BetaDistribution.Cdf(p, a, 1), 1e-11);
                Worked.Near(Math.Pow(p, 1 / a), BetaDistribution.Quantile(p, a, 1), 1e-11);
                var mirrored = BetaDistribution.QuantilePoint(1 - p, p, 1, a);
                Worked.Near(Math.Pow(p, 1 / a), mirrored.Complement, 1e-11);
                Assert.Equal(1, mirrored.X + mirrored.Complement, 1e-14);
            }

            Worked.Near(2 / Math.PI * Math.Asin(Math.Sqrt(p)), BetaDistribution.Cdf(p, .5, .5), 1e-11);
            Worked.Near(Math.Pow(Math.Sin(Math.PI * p / 2), 2), BetaDistribution.Quantile(p, .5, .5), 1e-11);
        }
    }

    [Fact]
    public void Quantile_and_tails_undo_one_another_from_either_end()
    {
        foreach (var (a, b) in new[] { (.7, 12.5), (30, 4), (500, 500), (1e5, 3), (2, 1e5), (1e5, 1e5) })
        {
            foreach (var p in Points)
            {
                var point = BetaDistribution.QuantilePoint(p, 1 - p, a, b);
                Worked.Near(p, BetaDistribution.Tails(point.X, point.Complement, a, b).Lower, 1e-9);
                var far = BetaDistribution.QuantilePoint(1 - p, p, a, b);
                Worked.Near(p, BetaDistribution.Tails(far.X, far.Complement, a, b).Upper, 1e-9);
            }
        }

        Assert.Equal(.5, BetaDistribution.Cdf(.5, 1e5, 1e5), 1e-10);
        Assert.Equal(.5, BetaDistribution.Quantile(.5, 1e5, 1e5), 1e-11);
    }

    [Fact]
    public void A_tail_of_1e_minus_200_keeps_its_digits()
    {
        Worked.Near(1e-200, BetaDistribution.Tails(1e-20, 1, 10, 1).Lower, 1e-10);
        Worked.Near(1e-200, BetaDistribution.Tails(1, 1e-20, 1, 10).Upper, 1e-10);
        Worked.Near(1e-20, BetaDistribution.QuantilePoint(1e-200, 1, 10, 1).X, 1e-10);
        Worked.Near(1e-20, BetaDistribution.QuantilePoint(1, 1e-200, 1, 10).Complement, 1e-10);
    }

    [Fact]
    public void The_ends_are_exact()
    {
        Assert.Equal(new(0, 1), BetaDistribution.Tails(0, 1, 2, 3));
        Assert.Equal(new(1, 0), BetaDistribution.Tails(1, 0, 2, 3));
        Assert.Equal((0.0, 1.0), (BetaDistribution.Quantile(0, 2, 3), BetaDistribution.Quantile(1, 2, 3)));
        Assert.Equal((0.0, 1.0), (BetaDistribution.Cdf(0, 2, 3), BetaDistribution.Cdf(1, 2, 3)));
    }

    [Theory]
    [InlineData(0, 1), InlineData(1, 0), InlineData(-1, 2), InlineData(2, -1), InlineData(double.NaN, 1), InlineData(1, double.NaN), InlineData(double.PositiveInfinity, 1), InlineData(1, double.PositiveInfinity)]
    public void Parameters_are_finite_and_above_0(double a, double b)
    {
        foreach (var x in new[] { 0, .5, 1 })
            Worked.OutOfRange(Invariant($"Beta({a}, {b}): both parameters must be finite and above 0"), () => BetaDistribution.Cdf(x, a, b));
        Worked.OutOfRange(Invariant($"Beta({a}, {b}): both"), () => BetaDistribution.Quantile(.5, a, b));
    }

    [Theory]
    [InlineData(-.1), InlineData(1.1), InlineData(double.NaN)]
    public void Points_and_probabilities_lie_in_0_1(double value)
    {
        Worked.OutOfRange(Invariant($"x is {value}; it must lie in [0, 1]"), () => BetaDistribution.Cdf(value, 1, 1));
        Worked.OutOfRange(Invariant($"p is {value}; it must lie in [0, 1]"), () => BetaDistribution.Quantile(value, 1, 1));
    }
}
