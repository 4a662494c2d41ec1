using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>Power by enumeration, and the sizes and drops found from it.</summary>
public sealed class PairedPowerSpecs
{
    [Theory]
    [InlineData(1, .3, .2), InlineData(12, .1, .05), InlineData(30, .02, .02), InlineData(30, .4, .1), InlineData(20, 0, 0), InlineData(20, 1, 0), InlineData(20, 0, 1)]
    public void Both_verdicts_have_the_probability_of_their_tables(int n, double lost, double gained)
    {
        Assert.Equal(Worked.Paired(n, lost, gained, (l, g) => Tango.Passes(new(n - l - g, l, g, 0), .15, .05)), PairedPower.Passed(n, lost, gained, .15, .05), 1e-11);
        Assert.Equal(Worked.Paired(n, lost, gained, (l, g) => McNemar.Drop(l, g) <= .05), PairedPower.Regressed(n, lost, gained, .05), 1e-11);
    }

    [Fact]
    public void A_tie_with_alpha_is_a_drop()
    {
        // Five lost and none gained has p = 1/32; with lost = 1 five pairs are always that table.
        Assert.Equal(1, PairedPower.Regressed(5, 1, 0, 1 / 32.0));
        Assert.Equal(0, PairedPower.Regressed(5, 1, 0, 1 / 32.1));
    }

    [Fact]
    public void The_normal_approximation_is_its_formula_and_nothing_without_variance()
    {
        Assert.Equal(Normal.Cdf((.05 - .1 + .2) * Math.Sqrt(50 / (.15 - .0025)) - 1.6448536269514722), PairedPower.Normal(50, .1, .05, .2, .05)!.Value, 1e-11);
        Assert.Equal(Normal.Cdf((.1 - .05 + .2) * Math.Sqrt(50 / (.15 - .0025)) - 1.6448536269514722), PairedPower.Normal(50, .05, .1, .2, .05)!.Value, 1e-11);
        Assert.All(new (double Lost, double Gained)[] { (0, 0), (1, 0), (0, 1) }, cells => Assert.Null(PairedPower.Normal(50, cells.Lost, cells.Gained, .2, .05)));
    }

    [Theory]
    [InlineData(200, .01, .8), InlineData(60, .1, .5), InlineData(100, 0, .9)]
    public void The_drop_seen_is_the_smallest_with_the_power(int n, double gained, double power)
    {
        const double step = 1e-7;
        var regressed = PairedPower.DropSeenAsRegressed(n, gained, .05, power)!.Value;
        Assert.True(PairedPower.Regressed(n, gained + regressed, gained, .05) >= power);
        Assert.True(PairedPower.Regressed(n, gained + regressed - step, gained, .05) < power);
        var notPassed = PairedPower.DropSeenAsNotPassed(n, gained, .1, .05, power)!.Value;
        Assert.True(1 - PairedPower.Passed(n, gained + notPassed, gained, .1, .05) >= power - 1e-12);
        Assert.True(1 - PairedPower.Passed(n, gained + notPassed - step, gained, .1, .05) < power);
    }

    [Fact]
    public void A_drop_is_nothing_when_even_none_passes_too_rarely_and_absent_when_none_is_seen()
    {
        Assert.Equal(0, PairedPower.DropSeenAsNotPassed(5, 0, .02, .05, .8)); // five items never pass
        Assert.Null(PairedPower.DropSeenAsRegressed(4, 0, .05, .8)); // 1/16 is the smallest p of four
        Assert.Null(PairedPower.DropSeenAsRegressed(200, .5, .05, .8)); // gained ½ and lost ½ leave no room
        Assert.Null(PairedPower.DropSeenAsRegressed(200, .6, .05, .99));
    }

    [Fact]
    public void With_nothing_that_differs_the_size_is_that_of_the_closed_form()
    {
        // n·τ/√(n·τ(1−τ)) > z ⇔ n > z²(1−τ)/τ = 2.7055·9 = 24.35
        Assert.Equal(new MinimalSize(25, 25, null), MinimalSize.Find(0, 0, .1, .05, .9));
        Assert.Equal(new MinimalSize(25, 25, null), MinimalSize.Find(0, 0, .1, .05, .9, most: 125));
        Assert.Null(MinimalSize.Find(0, 0, .1, .05, .9, most: 124));
        Assert.Null(MinimalSize.Find(.4, 0, .1, .05, .9, most: 300));
    }

    [Fact]
    public void The_size_is_where_the_power_first_reaches_the_target_and_where_it_stays()
    {
        const double lost = .04, gained = .02, target = .8;
        var size = MinimalSize.Find(lost, gained, .2, .05, target)!;
        double Power(int n) => PairedPower.Passed(n, lost, gained, .2, .05);
        Assert.True(Power(size.First) >= target && Enumerable.Range(1, size.First - 1).All(n => Power(n) < target));
        Assert.True(Power(size.Stays - 1) < target && Enumerable.Range(size.Stays, 101).All(n => Power(n) >= target));
        Assert.Equal((20, 28), (size.First, size.Stays)); // the saw-tooth
        var z = Normal.UpperQuantile(.05) + Normal.UpperQuantile(1 - target);
        Assert.Equal((int)Math.Ceiling(z * z * (.06 - .0004) / .04), size.Normal);
    }

    // z² = 2.4865² = 6.1826, variance .3 + .1 − .2² = .36, τ² = .25: 8.90.
    [Fact]
    public void The_normal_size_takes_the_drop_off_the_variance() => Assert.Equal(9, MinimalSize.Find(.3, .1, .5, .05, .8)!.Normal);

    [Fact]
    public void A_power_reached_exactly_is_reached()
    {
        var power = PairedPower.Passed(28, .02, .01, .15, .05);
        Assert.Equal(28, MinimalSize.Find(.02, .01, .15, .05, power)!.First);
    }

    [Fact]
    public void Arguments_outside_their_ranges_are_refused()
    {
        Func<object?>[] With(int n = 10, double lost = .1, double gained = .1, double alpha = .05) =>
        [
            () => PairedPower.Passed(n, lost, gained, .1, alpha), () => PairedPower.Regressed(n, lost, gained, alpha), () => PairedPower.Normal(n, lost, gained, .1, alpha),
            () => PairedPower.DropSeenAsRegressed(n, gained, alpha, .8), () => PairedPower.DropSeenAsNotPassed(n, gained, .1, alpha, .8),
        ];
        Worked.OutOfRange("n is 0", With(n: 0));
        Worked.OutOfRange("gained is 1.2", [.. With(gained: 1.2), () => MinimalSize.Find(.1, 1.2, .1, .05, .8, 5)]);
        Worked.OutOfRange("add up to more than 1", [.. With(lost: .95).Take(3), () => MinimalSize.Find(.95, .1, .1, .05, .8, 5)]);
        foreach (var alpha in new[] { 0, .5, double.NaN }) Worked.OutOfRange("alpha is", [.. With(alpha: alpha), () => MinimalSize.Find(.1, .1, .1, alpha, .8, 5)]);
        foreach (var bad in new[] { 0, 1, double.NaN })
        {
            Worked.OutOfRange("margin is", () => PairedPower.Passed(9, .1, .1, bad, .05), () => PairedPower.DropSeenAsNotPassed(9, .1, bad, .05, .8), () => MinimalSize.Find(.1, .1, bad, .05, .8, 5));
            Worked.OutOfRange("power is", () => PairedPower.DropSeenAsRegressed(9, .1, .05, bad), () => PairedPower.DropSeenAsNotPassed(9, .1, .1, .05, bad), () => MinimalSize.Find(.1, .1, .1, .05, bad, 5));
        }
    }
}
