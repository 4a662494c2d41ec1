using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Theory;

public sealed class BernoulliKlSpecs
{
    [Theory]
    [InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void A_rate_outside_0_and_1_is_refused_by_name(double rate)
    {
        foreach (var (name, ask) in new (string, Action)[]
        {
            ("u", () => BernoulliKl.Divergence(rate, 0.5)), ("v", () => BernoulliKl.Divergence(0.5, rate)),
            ("p", () => BernoulliKl.Lower(rate, 0.1)), ("p", () => BernoulliKl.Upper(rate, 0.1)), ("safety", () => BernoulliKl.Budget(rate, 0)),
            ("safetyLower", () => BernoulliKl.LeastBudget(rate, 0)),
        })
            Assert.Contains(Invariant($"{name} is {rate}; it must lie in [0, 1]"), Assert.Throws<ArgumentOutOfRangeException>(ask).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1), InlineData(double.NaN)]
    public void A_KL_below_0_is_refused(double kl)
    {
        foreach (var ask in new Action[] { () => BernoulliKl.Drop(0.5, kl), () => BernoulliKl.Rise(0.5, kl) })
            Assert.Contains(Invariant($"The KL is {kl}; it must be 0 or more"), Assert.Throws<ArgumentOutOfRangeException>(ask).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1), InlineData(0.91), InlineData(double.NaN)]
    public void A_drop_is_between_0_and_the_safety_it_drops_from(double drop) =>
        Assert.Contains(Invariant($"The drop is {drop}; it must lie in [0, 0.9]"), Assert.Throws<ArgumentOutOfRangeException>(() => BernoulliKl.Budget(0.9, drop)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_drop_of_nothing_needs_no_budget_and_one_to_0_the_log_of_the_harm()
    {
        Assert.Equal(0.0, BernoulliKl.Budget(0.9, 0));
        Assert.Equal(Math.Log(10), BernoulliKl.Budget(0.9, 0.9), 12);
        Assert.Equal(double.PositiveInfinity, BernoulliKl.Budget(1, 0.1));
    }

    private const double BetweenPoints = 1e-8; // what the least of 100,000 points may lie above the least of all

    [Theory]
    [InlineData(0.05, 0.05), InlineData(0.1, 0.1), InlineData(0.3, 0.05), InlineData(0.45, 0.2), InlineData(0.5, 0.5), InlineData(0.52, 0.1), InlineData(0.9, 0.02)]
    public void The_least_budget_is_that_of_the_worst_safety_above_the_limit(double lower, double drop)
    {
        var least = Enumerable.Range(0, 100_000).Min(i => BernoulliKl.Budget(lower + ((1 - lower) * i / 100_000), drop));
        Assert.InRange(BernoulliKl.LeastBudget(lower, drop), least - BetweenPoints, least);
    }

    [Theory]
    [InlineData(0.6, 0.05), InlineData(0.9, 0.02), InlineData(0.99, 0.99), InlineData(1, 0.3), InlineData(0.8, 0)]
    public void Well_above_one_half_the_limit_itself_is_the_worst(double lower, double drop) =>
        Assert.Equal(BernoulliKl.Budget(lower, drop), BernoulliKl.LeastBudget(lower, drop));

    [Fact]
    public void The_budget_that_reaches_0_reaches_it_exactly()
    {
        for (var i = 1; i < 100; i++) Assert.Equal(0.0, BernoulliKl.Lower(i / 100.0, -Math.Log(1 - (i / 100.0))));
    }

    [Theory]
    [InlineData(0, 0.3, 0.3), InlineData(0, 0, 0), InlineData(0, 1, 1)]
    [InlineData(700, 0, 0), InlineData(700, 1, 1)]
    [InlineData(double.PositiveInfinity, 0, 0), InlineData(double.PositiveInfinity, 0.3, 0), InlineData(double.PositiveInfinity, 1, 0)]
    public void A_certain_rate_stays_for_every_finite_KL_and_an_infinite_one_says_nothing(double kl, double rate, double lower)
    {
        Assert.Equal(lower, BernoulliKl.Lower(rate, kl));
        Assert.Equal(1 - lower, BernoulliKl.Upper(1 - rate, kl));
    }
}
