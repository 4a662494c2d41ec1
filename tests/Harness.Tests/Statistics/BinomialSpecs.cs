using System.Numerics;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class BinomialSpecs
{
    [Fact]
    public void Masses_and_tails_are_those_of_the_enumeration()
    {
        foreach (var n in new[] { 1, 2, 5, 15, 16, 17, 31, 40 })
        {
            foreach (var p in new[] { 1e-6, .02, .0999, .1, .11, .5, .8, .95, .999 })
            {
                for (var k = 0; k <= n; k++)
                {
                    Worked.Near(Worked.Mass(k, n, p), Binomial.Mass(k, n, p));
                    Worked.Near(Enumerable.Range(0, k + 1).Sum(j => Worked.Mass(j, n, p)), Binomial.AtMost(k, n, p));
                    Worked.Near(Enumerable.Range(k, n - k + 1).Sum(j => Worked.Mass(j, n, p)), Binomial.AtLeast(k, n, p));
                }
            }
        }
    }

    [Fact]
    public void Nothing_lies_outside_0_to_n()
    {
        Assert.Equal((0, 0), (Binomial.Mass(-1, 5, .3), Binomial.Mass(6, 5, .3)));
        Assert.Equal((0, 1, 1), (Binomial.AtMost(-1, 5, .3), Binomial.AtMost(5, 5, .3), Binomial.AtMost(6, 5, .3)));
        Assert.Equal((1, 1, 0), (Binomial.AtLeast(-1, 5, .3), Binomial.AtLeast(0, 5, .3), Binomial.AtLeast(6, 5, .3)));
        Assert.Equal((1, 1, 0), (Binomial.FairAtLeast(-1, 5), Binomial.FairAtLeast(0, 5), Binomial.FairAtLeast(6, 5)));
        Assert.Equal((1, 1, 0), (Binomial.FairAtLeast(-1, 99), Binomial.FairAtLeast(0, 99), Binomial.FairAtLeast(100, 99)));
    }

    [Theory]
    [InlineData(0, 4, 0, 1, 1, 1), InlineData(1, 4, 0, 0, 1, 0), InlineData(4, 4, 1, 1, 1, 1), InlineData(3, 4, 1, 0, 0, 1), InlineData(0, 0, .3, 1, 1, 1), InlineData(0, 0, 0, 1, 1, 1), InlineData(0, 0, 1, 1, 1, 1)]
    public void Certain_and_impossible_trials_and_no_trials_are_exact(int k, int n, double p, double mass, double atMost, double atLeast) =>
        Assert.Equal((mass, atMost, atLeast), (Binomial.Mass(k, n, p), Binomial.AtMost(k, n, p), Binomial.AtLeast(k, n, p)));

    [Theory]
    [InlineData(1000, 1e-9), InlineData(1000, .001), InlineData(1000, .09), InlineData(300, .5), InlineData(50_000, 1e-4), InlineData(1_000_000_000, 1e-8)]
    public void None_and_all_of_many_keep_their_digits(int n, double p)
    {
        // double.LogP1 rounds 1 + p first; the series of ln(1 − p) does not.
        var none = Math.Exp(-n * Enumerable.Range(1, 60).Sum(j => Math.Pow(p, j) / j));
        Worked.Near(none, Binomial.Mass(0, n, p), 1e-11);
        Worked.Near(none, Binomial.RawMass(n, n, 1 - p, p), 1e-11);
    }

    [Fact]
    public void The_masses_of_real_counts_are_those_of_the_gamma_function()
    {
        // Γ(2)/Γ(1.5)² = 4/π; Γ(3)/(Γ(1.5)Γ(2.5)) = 16/(3π)
        Worked.Near(4 / Math.PI * Math.Sqrt(.3 * .7), Binomial.RawMass(.5, 1, .3, .7));
        Worked.Near(16 / (3 * Math.PI) * Math.Pow(.3, .5) * Math.Pow(.7, 1.5), Binomial.RawMass(.5, 2, .3, .7));
        Worked.Near(Math.Pow(.7, 2.5), Binomial.RawMass(0, 2.5, .3, .7));
        Worked.Near(Math.Pow(.3, 2.5), Binomial.RawMass(2.5, 2.5, .3, .7));
        Assert.Equal(1, Binomial.RawMass(0, 0, .3, .7));
    }

    [Fact]
    public void A_large_central_mass_is_stirlings()
    {
        // C(2m, m)/4^m = (1 − 1/(8m) + 1/(128m²) + O(m⁻³))/√(πm)
        const double m = 500_000;
        Worked.Near((1 - 1 / (8 * m) + 1 / (128 * m * m)) / Math.Sqrt(Math.PI * m), Binomial.Mass(500_000, 1_000_000, .5));
    }

    [Fact] // C(32, 16) and C(40, 20), both exact as doubles
    public void Central_masses_keep_fourteen_digits()
    {
        Worked.Near(Math.ScaleB(601_080_390, -32), Binomial.Mass(16, 32, .5), 1e-14);
        Worked.Near(Math.ScaleB(137_846_528_820, -40), Binomial.Mass(20, 40, .5), 1e-14);
    }

    [Fact]
    public void A_fair_tail_is_exact_to_the_last_bit_up_to_62_and_near_it_beyond()
    {
        for (var n = 1; n <= 70; n++)
        {
            BigInteger mass = 1, sum = 0;
            var masses = new List<BigInteger>();
            for (var j = 0; j <= n; j++)
            {
                masses.Add(mass);
                mass = mass * (n - j) / (j + 1);
            }

            for (var k = n; k >= 1; k--)
            {
                sum += masses[k];
                if (n <= 62) Assert.Equal(Math.ScaleB((double)(ulong)sum, -n), Binomial.FairAtLeast(k, n));
                else Worked.Near(Math.ScaleB((double)sum, -n), Binomial.FairAtLeast(k, n));
            }
        }

        Assert.Equal(1 / 32.0, Binomial.FairAtLeast(5, 5));
    }

    [Theory]
    [InlineData(-1e-9), InlineData(1.01), InlineData(double.NaN)]
    public void The_share_is_a_probability_whatever_the_count(double p)
    {
        foreach (var k in new[] { -1, 0, 2, 3, 4 })
        {
            Worked.OutOfRange(Invariant($"p is {p}; it must lie in [0, 1]"), () => Binomial.Mass(k, 3, p));
            Worked.OutOfRange(Invariant($"p is {p}; it must lie in [0, 1]"), () => Binomial.AtMost(k, 3, p));
            Worked.OutOfRange(Invariant($"p is {p}; it must lie in [0, 1]"), () => Binomial.AtLeast(k, 3, p));
        }
    }
}
