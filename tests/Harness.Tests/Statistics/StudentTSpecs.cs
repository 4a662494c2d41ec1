using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class StudentTSpecs
{
    /// <summary>P(T ≤ t) in closed form for 1, 2 and 3 degrees of freedom.</summary>
    private static double Closed(double t, int df) => df switch
    {
        1 => 0.5 + Math.Atan(t) / Math.PI,
        2 => 0.5 * (1 + t / Math.Sqrt(2 + t * t)),
        _ => 0.5 + (t / Math.Sqrt(3) / (1 + t * t / 3) + Math.Atan(t / Math.Sqrt(3))) / Math.PI,
    };

    [Fact]
    public void One_two_and_three_degrees_of_freedom_have_their_closed_forms()
    {
        for (var df = 1; df <= 3; df++)
        {
            foreach (var t in new[] { -40, -3, -1, -.25, 0, .1, 1, 2.5, 30 })
            {
                Assert.Equal(1 - Closed(t, df), StudentT.UpperTail(t, df), 1e-12);
                var p = Closed(t, df);
                Assert.Equal(t, StudentT.Quantile(p, df), Math.Abs(t) * 1e-9 + 1e-13);
                Assert.Equal(t, StudentT.UpperQuantile(1 - p, df), Math.Abs(t) * 1e-9 + 1e-13);
            }
        }
    }

    [Theory] // Student's table
    [InlineData(.975, 10, 2.2281389), InlineData(.95, 5, 2.0150484), InlineData(.995, 30, 2.7499957), InlineData(.9, 120, 1.2886462)]
    public void The_quantile_is_the_tabulated_one(double p, double df, double t)
    {
        Assert.Equal(t, StudentT.Quantile(p, df), 1e-6);
        Assert.Equal(-t, StudentT.Quantile(1 - p, df), 1e-6);
    }

    [Theory]
    [InlineData(1e-10), InlineData(1e-5), InlineData(.125)]
    public void A_quantile_near_the_middle_keeps_its_digits(double away)
    {
        var tail = .5 - away;
        away = .5 - tail; // as the double has it
        Worked.Near(Math.Tan(Math.PI * away), StudentT.UpperQuantile(tail, 1), 1e-11);
        Worked.Near(2 * away * Math.Sqrt(2 / (1 - 4 * away * away)), StudentT.UpperQuantile(tail, 2), 1e-11);
        Worked.Near(-Math.Tan(Math.PI * away), StudentT.Quantile(tail, 1), 1e-11);
        Worked.Near(Math.Tan(Math.PI * away), StudentT.Quantile(.5 + away, 1), 1e-11);
    }

    [Theory]
    [InlineData(.5), InlineData(4.2), InlineData(1000)]
    public void Tail_and_quantile_undo_one_another_for_any_degrees_of_freedom(double df)
    {
        foreach (var tail in new[] { 1e-12, .001, .2, .5, .7, .999 }) Worked.Near(tail, StudentT.UpperTail(StudentT.UpperQuantile(tail, df), df), 1e-10);
        Assert.Equal(0, StudentT.UpperQuantile(0.5, df));
        Assert.Equal(0, StudentT.Quantile(0.5, df));
        Assert.False(double.IsNegative(StudentT.Quantile(0.5, df)));
        Assert.Equal(0, StudentT.UpperTail(double.PositiveInfinity, df));
        Assert.Equal(1, StudentT.UpperTail(double.NegativeInfinity, df));
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Degrees_of_freedom_are_finite_and_above_0(double df)
    {
        Worked.OutOfRange("they must be finite and above 0", () => StudentT.UpperTail(1, df));
        Worked.OutOfRange("they must be finite and above 0", () => StudentT.Quantile(.9, df));
        Worked.OutOfRange("they must be finite and above 0", () => StudentT.UpperQuantile(.5, df));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(-.1), InlineData(double.NaN)]
    public void A_quantile_is_asked_for_between_0_and_1(double p)
    {
        Worked.OutOfRange(Invariant($"p is {p}; it must lie between 0 and 1"), () => StudentT.Quantile(p, 3));
        Worked.OutOfRange(Invariant($"tail is {p}; it must lie between 0 and 1"), () => StudentT.UpperQuantile(p, 3));
    }

    [Fact]
    public void Nan_has_no_tail() => Worked.OutOfRange("t is NaN", () => StudentT.UpperTail(double.NaN, 3));
}
