using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class BetaMixtureSpecs
{
    [Fact]
    public void The_capital_is_the_mixture_over_the_prior()
    {
        // Uniform prior: B(k+1, n−k+1) = 1/((n+1)·C(n, k)).
        for (var n = 1; n <= 9; n++)
            for (var k = 0; k <= n; k++)
                Worked.Near(1 / ((n + 1) * Worked.Mass(k, n, .3)), Math.Exp(BetaMixture.LogCapital(k, n, .3, 1, 1)), 1e-10);

        // Beta(2, 1): density 2p, one success: ∫2p²dp/.3 = (2/3)/.3; one failure: ∫2p(1 − p)dp/.7 = (1/3)/.7.
        Assert.Equal(2 / .9, Math.Exp(BetaMixture.LogCapital(1, 1, .3, 2, 1)), 1e-11);
        Assert.Equal(1 / 2.1, Math.Exp(BetaMixture.LogCapital(0, 1, .3, 2, 1)), 1e-11);
    }

    [Fact]
    public void The_capital_is_a_martingale_under_the_hypothesis()
    {
        for (var n = 1; n <= 12; n++)
            Assert.Equal(1, Enumerable.Range(0, n + 1).Sum(k => Worked.Mass(k, n, .2) * Math.Exp(BetaMixture.LogCapital(k, n, .2, .5, 3))), 1e-10);
    }

    [Fact]
    public void At_the_ends_only_what_was_never_seen_is_possible()
    {
        Assert.Equal(double.PositiveInfinity, BetaMixture.LogCapital(1, 3, 0, 1, 1));
        Assert.Equal(double.PositiveInfinity, BetaMixture.LogCapital(2, 3, 1, 1, 1));
        Assert.Equal(.25, Math.Exp(BetaMixture.LogCapital(0, 3, 0, 1, 1)), 1e-12);
        Assert.Equal(.25, Math.Exp(BetaMixture.LogCapital(3, 3, 1, 1, 1)), 1e-12);
    }

    [Theory]
    [InlineData(3, 20), InlineData(0, 20), InlineData(20, 20), InlineData(1, 1), InlineData(150, 400)]
    public void The_limits_are_where_the_capital_is_one_over_alpha(int k, int n)
    {
        var limits = BetaMixture.Limits(k, n, .5, 2, .05);
        if (k > 0) Assert.Equal(Math.Log(20), BetaMixture.LogCapital(k, n, limits.Lower, .5, 2), 1e-8); else Assert.Equal(0, limits.Lower);
        if (k < n) Assert.Equal(Math.Log(20), BetaMixture.LogCapital(k, n, limits.Upper, .5, 2), 1e-8); else Assert.Equal(1, limits.Upper);
        Assert.True(limits.Contains((double)k / n));
        var turned = BetaMixture.Limits(n - k, n, 2, .5, .05);
        Assert.Equal(1 - limits.Upper, turned.Lower, 1e-10);
        Assert.Equal(1 - limits.Lower, turned.Upper, 1e-10);
    }

    [Fact]
    public void Arguments_outside_their_ranges_are_refused()
    {
        foreach (var (a, b) in new (double, double)[] { (0, 1), (1, 0), (-1, 1), (1, -1), (double.NaN, 1), (1, double.NaN), (double.PositiveInfinity, 1), (1, double.PositiveInfinity) })
        {
            Worked.OutOfRange(Invariant($"Beta({a}, {b}): both parameters must be finite and above 0"), () => BetaMixture.LogCapital(1, 2, .5, a, b));
            Worked.OutOfRange(Invariant($"Beta({a}, {b}): both parameters must be finite and above 0"), () => BetaMixture.Limits(1, 2, a, b, .05));
        }

        foreach (var (k, n) in new[] { (-1, 2), (3, 2), (0, 0) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => BetaMixture.LogCapital(k, n, .5, 1, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => BetaMixture.Limits(k, n, 1, 1, .05));
        }

        foreach (var p in new[] { -.1, 1.1, double.NaN }) Worked.OutOfRange("p is", () => BetaMixture.LogCapital(1, 2, p, 1, 1));
        foreach (var alpha in new[] { 0, 1, double.NaN }) Worked.OutOfRange("alpha is", () => BetaMixture.Limits(1, 2, 1, 1, alpha));
    }
}
