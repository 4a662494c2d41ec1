using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class CheckSpecs
{
    [Theory]
    [InlineData(0, true), InlineData(1, true), InlineData(.5, true)]
    [InlineData(-1e-9, false), InlineData(1 + 1e-9, false), InlineData(double.NaN, false), InlineData(double.NegativeInfinity, false), InlineData(double.PositiveInfinity, false)]
    public void A_probability_lies_between_0_and_1_with_both_ends(double value, bool allowed) => Expect(allowed, () => Check.Probability(value, "share"), Invariant($"share is {value}; it must lie in [0, 1]"));

    [Theory]
    [InlineData(1e-300, true), InlineData(.999999, true)]
    [InlineData(0, false), InlineData(1, false), InlineData(-.5, false), InlineData(1.5, false), InlineData(double.NaN, false)]
    public void A_level_lies_between_0_and_1_without_the_ends(double value, bool allowed) => Expect(allowed, () => Check.OpenUnit(value, "level"), Invariant($"level is {value}; it must lie between 0 and 1"));

    [Theory]
    [InlineData(1e-300, true), InlineData(.4999, true)]
    [InlineData(0, false), InlineData(.5, false), InlineData(-.1, false), InlineData(.6, false), InlineData(double.NaN, false)]
    public void Alpha_lies_between_0_and_a_half_without_the_ends(double value, bool allowed) => Expect(allowed, () => Check.Alpha(value), Invariant($"value is {value}; it must lie between 0 and 0.5"));

    [Theory]
    [InlineData(1, true), InlineData(int.MaxValue, true), InlineData(0, false), InlineData(-1, false)]
    public void A_count_that_must_be_positive_starts_at_1(int value, bool allowed) => Expect(allowed, () => Check.Positive(value, "n"), Invariant($"n is {value}; it must be 1 or more"));

    [Fact]
    public void Values_are_some_and_all_finite()
    {
        Check.Finite([0, -1e300, 1], "x");
        Worked.Refuses<ArgumentException>("x is empty", () => { Check.Finite([], "x"); return null; });
        foreach (var bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            Worked.Refuses<ArgumentException>(Invariant($"x[2] is {bad}; it must be a finite number"), () => { Check.Finite([0, 1, bad], "x"); return null; });
    }

    [Theory]
    [InlineData(0, 0, null), InlineData(1, 0, null), InlineData(0, 1, null), InlineData(.7, .3, null), InlineData(.9, .1 + 1e-13, null)]
    [InlineData(.9, .11, "lost 0.9 and gained 0.11 add up to more than 1")]
    [InlineData(-.1, .5, "lost is -0.1")]
    [InlineData(.5, -.1, "gained is -0.1")]
    [InlineData(double.NaN, 0, "lost is NaN")]
    [InlineData(0, double.NaN, "gained is NaN")]
    public void Cells_are_probabilities_that_add_up_to_at_most_1(double lost, double gained, string? refusal) => Expect(refusal is null, () => Check.Cells(lost, gained), refusal ?? "");

    [Fact]
    public void An_interval_holds_its_limits_and_nothing_outside()
    {
        var interval = new Interval(-.25, .5);
        Assert.Equal(.75, interval.Width);
        Assert.All([-.25, 0, .5], x => Assert.True(interval.Contains(x)));
        Assert.All([-.2500001, .5000001, double.NaN], x => Assert.False(interval.Contains(x)));
    }

    private static void Expect(bool allowed, Action check, string saying)
    {
        if (allowed) check();
        else Worked.OutOfRange(saying, () => { check(); return null; });
    }
}
