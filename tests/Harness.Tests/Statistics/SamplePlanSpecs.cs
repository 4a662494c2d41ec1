using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class SamplePlanSpecs
{
    private static readonly SamplePlan Plan = new(.3, .4, 8); // .09 + 2·.16/8 = .13

    [Fact]
    public void Variance_power_size_and_drop_are_those_worked_out_by_hand()
    {
        Assert.Equal(.13, Plan.Variance, 1e-13);
        Assert.Equal(Math.Sqrt(.0013), Plan.StandardError(100), 1e-13);
        Assert.Equal(Normal.Cdf(.1 / Math.Sqrt(.0013) - 1.6448536269514722), Plan.Power(100, .1, .05), 1e-12);
        Assert.Equal(81, Plan.ItemsNeeded(.1, .05, .8)); // (1.644854 + .841621)²·.13/.01 = 80.37
        Assert.Equal(2.48647486 * Math.Sqrt(.0013), Plan.DetectableDrop(100, .05, .8), 1e-8);
        Assert.Equal(.8, Plan.Power(100, Plan.DetectableDrop(100, .05, .8), .05), 1e-11);
        Assert.Equal(4, Plan.BestSamples(9, 1), 1e-13); // √9·.4/.3
        Assert.Equal(2 / 3.0, Plan.BestSamples(2, 8), 1e-13); // √(1/4)·.4/.3
        Assert.Equal(0, new SamplePlan(.2, 0, 1).BestSamples(9, 1));
    }

    [Theory]
    [InlineData(-.1, .1), InlineData(.1, -.1), InlineData(double.NaN, .1), InlineData(.1, double.NaN), InlineData(double.PositiveInfinity, .1), InlineData(.1, double.PositiveInfinity)]
    public void Deviations_are_finite_and_not_negative(double between, double within)
    {
        var plan = new SamplePlan(between, within, 1);
        Worked.OutOfRange("must be finite and 0 or more", () => plan.Variance, () => plan.StandardError(5), () => plan.BestSamples(1, 1), () => plan.DetectableDrop(5, .05, .8));
        Assert.Equal(0, new SamplePlan(0, 0, 1).Variance);
    }

    [Fact]
    public void Arguments_outside_their_ranges_are_refused()
    {
        Worked.OutOfRange("Samples is 0", () => new SamplePlan(.1, .1, 0).Variance);
        Worked.OutOfRange("n is 0", () => Plan.StandardError(0));
        foreach (var (item, sample) in new (double, double)[] { (0, 1), (1, 0), (-1, 1), (1, -1), (double.NaN, 1), (1, double.NaN) }) Worked.OutOfRange("Both costs must be above 0", () => Plan.BestSamples(item, sample));
        foreach (var bad in new[] { 0, 1, double.NaN })
        {
            Worked.OutOfRange("margin is", () => Plan.Power(9, bad, .05));
            Worked.OutOfRange("margin is", () => Plan.ItemsNeeded(bad, .05, .8));
            Worked.OutOfRange("power is", () => Plan.ItemsNeeded(.1, .05, bad));
            Worked.OutOfRange("power is", () => Plan.DetectableDrop(9, .05, bad));
        }

        foreach (var bad in new[] { 0, .5, double.NaN })
            Worked.OutOfRange("alpha is", () => Plan.Power(9, .1, bad), () => Plan.ItemsNeeded(.1, bad, .8), () => Plan.DetectableDrop(9, bad, .8));
    }
}
