using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class ExactUnconditionalSpecs
{
    private const double GridGap = 2e-4; // 2 001 points of a polynomial of degree n against its maximum

    /// <summary>The largest probability, over the edge of the null, of tables the condition holds for.</summary>
    private static double Worst(int n, double margin, Func<int, int, bool> inside) =>
        Enumerable.Range(0, 2001).Max(i => Worked.Paired(n, Math.Min(1, margin + (1 - margin) / 2 * i / 2000), (1 - margin) / 2 * i / 2000, inside));

    [Theory]
    [InlineData(3, 0, 0, .3), InlineData(6, 1, 2, .2), InlineData(8, 0, 1, .1), InlineData(8, 3, 0, .4), InlineData(1, 0, 1, .5), InlineData(5, 0, 5, .2), InlineData(5, 5, 0, .2)]
    public void P_is_the_largest_probability_over_the_nuisance_parameter(int n, int lost, int gained, double margin)
    {
        var observed = Tango.Score(lost, gained, n, margin);
        var expected = Worst(n, margin, (l, g) => Tango.Score(l, g, n, margin) >= observed - 1e-9);
        var p = ExactUnconditional.PValue(new(n - lost - gained, lost, gained, 0), margin);
        Assert.InRange(p, expected - 1e-12, expected + GridGap);
    }

    [Fact]
    public void A_p_known_in_closed_form()
    {
        // One pair, gained: q, at most (1 − τ)/2. Nothing lost of n, all else below: (1 − τ)ⁿ at q = 0.
        Worked.Near(.3, ExactUnconditional.PValue(new(0, 0, 1, 0), .4), 1e-9);
        Worked.Near(1, ExactUnconditional.PValue(new(0, 3, 0, 0), .4), 1e-9);
        Assert.InRange(ExactUnconditional.PValue(new(3, 0, 0, 0), .4), .6 * .6 * .6 - 1e-12, 1);
    }

    // Two pairs, one gained: q² + 2q(1 − τ − 2q) = 2(1 − τ)q − 3q², at most (1 − τ)²/3, where q = (1 − τ)/3 lies between points of the grid.
    [Theory]
    [InlineData(.4), InlineData(.3), InlineData(.55)]
    public void The_largest_probability_between_two_points_is_found(double margin) =>
        Worked.Near((1 - margin) * (1 - margin) / 3, ExactUnconditional.PValue(new(1, 0, 1, 0), margin), 1e-11);

    [Theory]
    [InlineData(6, .3, .05), InlineData(8, .2, .1), InlineData(8, .4, .02), InlineData(5, .5, .2), InlineData(7, .1, .45)]
    public void The_critical_score_is_the_smallest_attainable_one_within_alpha(int n, double margin, double alpha)
    {
        var critical = ExactUnconditional.Critical(n, margin, alpha);
        var scores = (from l in Enumerable.Range(0, n + 1) from g in Enumerable.Range(0, n - l + 1) select Tango.Score(l, g, n, margin)).Order().ToArray();
        Assert.Contains(scores, s => Math.Abs(s - critical) < 1e-9);
        Assert.True(Worst(n, margin, (l, g) => Tango.Score(l, g, n, margin) >= critical - 1e-9) <= alpha + GridGap);
        var below = scores.Last(s => s < critical - 1e-7);
        Assert.True(Worst(n, margin, (l, g) => Tango.Score(l, g, n, margin) >= below - 1e-9) > alpha);

        Assert.Equal(Worked.Paired(n, .1, .2, (l, g) => Tango.Score(l, g, n, margin) >= critical - 1e-9), ExactUnconditional.Power(n, .1, .2, margin, critical), 1e-11);
    }

    [Fact]
    public void Too_few_pairs_can_never_pass()
    {
        // The best table of one pair has probability up to (1 − τ)/2 = .475 under the null.
        Assert.Equal(double.PositiveInfinity, ExactUnconditional.Critical(1, .05, .05));
        Assert.Equal(0, ExactUnconditional.Power(1, 0, 1, .05, double.PositiveInfinity));
        Worked.Near(Tango.Score(0, 1, 1, .05), ExactUnconditional.Critical(1, .05, .48), 1e-9);
    }

    [Fact]
    public void Arguments_outside_their_ranges_are_refused()
    {
        foreach (var margin in new[] { 0, 1, double.NaN })
        {
            Worked.OutOfRange("margin is", () => ExactUnconditional.PValue(new(1, 1, 1, 1), margin));
            Worked.OutOfRange("margin is", () => ExactUnconditional.Critical(5, margin, .05));
            Worked.OutOfRange("margin is", () => ExactUnconditional.Power(5, .1, .1, margin, 1));
        }

        foreach (var alpha in new[] { 0, .5, double.NaN }) Worked.OutOfRange("alpha is", () => ExactUnconditional.Critical(5, .1, alpha));
        Worked.OutOfRange("n is 0", () => ExactUnconditional.Critical(0, .1, .05));
        Worked.OutOfRange("n is 0", () => ExactUnconditional.Power(0, .1, .1, .1, 1));
        Worked.OutOfRange("n is 0", () => ExactUnconditional.Power(0, .1, .1, .1, double.PositiveInfinity));
        Worked.OutOfRange("add up to more than 1", () => ExactUnconditional.Power(5, .6, .5, .1, double.PositiveInfinity));
        Worked.OutOfRange("margin is 1", () => ExactUnconditional.Power(5, .6, .3, 1, double.PositiveInfinity));
    }
}
