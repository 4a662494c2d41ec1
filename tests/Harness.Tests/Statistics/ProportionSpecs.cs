using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class ProportionSpecs
{
    private delegate Interval Method(Proportion p, double level, IntervalSide side = IntervalSide.Two);

    private static readonly Method[] Methods =
    [
        (p, level, side) => p.ClopperPearson(level, side), (p, level, side) => p.Wilson(level, side), (p, level, side) => p.WilsonContinuity(level, side),
        (p, level, side) => p.Jeffreys(level, side), (p, level, side) => p.JeffreysModified(level, side), (p, level, side) => p.AgrestiCoull(level, side),
    ];

    [Theory] // Newcombe, Statistics in Medicine 17 (1998) 857, table I: methods 3 (score), 4 (score with continuity correction) and 5 (Clopper–Pearson)
    [InlineData(81, 263, .2553, .3662, .2535, .3682, .2527, .3676)]
    [InlineData(15, 148, .0624, .1605, .0598, .1644, .0578, .1617)]
    [InlineData(0, 20, .0000, .1611, .0000, .2005, .0000, .1684)]
    [InlineData(1, 29, .0061, .1718, .0018, .1963, .0009, .1776)]
    public void The_intervals_are_the_published_ones(int k, int n, double score, double scoreUp, double corrected, double correctedUp, double exact, double exactUp)
    {
        var p = new Proportion(k, n);
        Assert.Equal((score, scoreUp), Rounded(p.Wilson(.95)));
        Assert.Equal((corrected, correctedUp), Rounded(p.WilsonContinuity(.95)));
        Assert.Equal((exact, exactUp), Rounded(p.ClopperPearson(.95)));

        static (double, double) Rounded(Interval i) => (Math.Round(i.Lower, 4), Math.Round(i.Upper, 4));
    }

    [Theory]
    [InlineData(0, 7), InlineData(7, 7), InlineData(1, 7), InlineData(3, 7), InlineData(6, 7), InlineData(0, 1), InlineData(1, 1), InlineData(199, 200)]
    public void Every_limit_is_where_its_own_test_is_at_the_tail(int k, int n)
    {
        const double tail = .025;
        var (p, z) = (new Proportion(k, n), Normal.UpperQuantile(tail));
        var exact = p.ClopperPearson(.95);
        if (k > 0) Worked.Near(tail, Binomial.AtLeast(k, n, exact.Lower), 1e-9); else Assert.Equal(0, exact.Lower);
        if (k < n) Worked.Near(tail, Binomial.AtMost(k, n, exact.Upper), 1e-9); else Assert.Equal(1, exact.Upper);

        var wilson = p.Wilson(.95);
        var corrected = p.WilsonContinuity(.95);
        if (k > 0) Assert.Equal((z, z), (Z(wilson.Lower, 0), Z(corrected.Lower, .5 / n)), Close); else Assert.Equal((0, 0), (wilson.Lower, corrected.Lower));
        if (k < n) Assert.Equal((z, z), (-Z(wilson.Upper, 0), -Z(corrected.Upper, -.5 / n)), Close); else Assert.Equal((1, 1), (wilson.Upper, corrected.Upper));

        var jeffreys = p.Jeffreys(.95);
        Worked.Near(tail, BetaDistribution.Cdf(jeffreys.Lower, k + .5, n - k + .5), 1e-9);
        Worked.Near(tail, BetaDistribution.Tails(jeffreys.Upper, 1 - jeffreys.Upper, k + .5, n - k + .5).Upper, 1e-8);
        Assert.Equal(new(k == 0 ? 0 : jeffreys.Lower, k == n ? 1 : jeffreys.Upper), p.JeffreysModified(.95));

        double m = n + z * z, center = (k + z * z / 2) / m, half = z * Math.Sqrt(center * (1 - center) / m);
        var plusFour = p.AgrestiCoull(.95);
        Assert.Equal(Math.Max(0, center - half), plusFour.Lower, 1e-13);
        Assert.Equal(Math.Min(1, center + half), plusFour.Upper, 1e-13);

        double Z(double at, double correction) => (p.Rate - correction - at) / Math.Sqrt(at * (1 - at) / n);
        static bool Close((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9;
    }

    [Theory] // a single limit at a level below one half lies beyond the rate, and so beyond 0 or 1 at the ends
    [InlineData(0, 1), InlineData(1, 1), InlineData(0, 1_000_000), InlineData(999_999, 1_000_000), InlineData(1_000_000, 1_000_000)]
    public void No_limit_of_any_method_lies_outside_0_to_1_at_any_level(int k, int n)
    {
        foreach (var method in Methods)
            foreach (var level in new[] { 1e-9, .01, .3, .999999 })
                foreach (var side in Enum.GetValues<IntervalSide>())
                {
                    var limits = method(new(k, n), level, side);
                    Assert.InRange(limits.Lower, 0, 1);
                    Assert.InRange(limits.Upper, 0, 1);
                }
    }

    [Fact]
    public void A_side_of_one_limit_has_the_whole_error_probability_and_the_natural_bound_opposite()
    {
        foreach (var method in Methods)
        {
            foreach (var k in new[] { 0, 1, 4, 9, 10 })
            {
                var p = new Proportion(k, 10);
                Interval two = method(p, .9), lower = method(p, .95, IntervalSide.Lower), upper = method(p, .95, IntervalSide.Upper);
                Assert.Equal((two.Lower, 1), (lower.Lower, lower.Upper), Close);
                Assert.Equal((0, two.Upper), (upper.Lower, upper.Upper), Close);
                Assert.True(two.Lower >= 0 && two.Upper <= 1 && two.Contains(p.Rate) || method == Methods[3]);
                var mirrored = method(new Proportion(10 - k, 10), .9);
                Assert.Equal((1 - two.Upper, 1 - two.Lower), (mirrored.Lower, mirrored.Upper), Close);
                var wider = method(p, .99);
                Assert.True(wider.Lower <= two.Lower && wider.Upper >= two.Upper && wider.Width > two.Width);
            }
        }

        static bool Close((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12;
    }

    [Fact]
    public void Nothing_of_n_has_the_limits_of_the_textbook()
    {
        // 1 − α^(1/n), the rule of three exactly; z²/(n + z²)
        Worked.Near(1 - Math.Pow(.05, 1 / 60.0), new Proportion(0, 60).ClopperPearson(.95, IntervalSide.Upper).Upper);
        Worked.Near(Math.Pow(.05, 1 / 60.0), new Proportion(60, 60).ClopperPearson(.95, IntervalSide.Lower).Lower);
        Worked.Near(2.705543454095404 / 62.705543454095404, new Proportion(0, 60).Wilson(.95, IntervalSide.Upper).Upper);
    }

    [Theory]
    [InlineData(-1, 5, "-1 successes of 5 trials; successes must lie in [0, trials]")]
    [InlineData(6, 5, "6 successes of 5 trials; successes must lie in [0, trials]")]
    [InlineData(0, 0, "trials is 0; it must be 1 or more")]
    [InlineData(0, -1, "trials is -1; it must be 1 or more")]
    public void Successes_lie_between_0_and_trials_and_there_is_a_trial(int successes, int trials, string saying) => Worked.OutOfRange(saying, () => new Proportion(successes, trials));

    [Theory]
    [InlineData(0), InlineData(1), InlineData(double.NaN)]
    public void The_level_lies_between_0_and_1(double level)
    {
        foreach (var method in Methods)
            foreach (var side in Enum.GetValues<IntervalSide>()) Worked.OutOfRange(Invariant($"level is {level}; it must lie between 0 and 1"), () => method(new(1, 2), level, side));
    }

    [Fact]
    public void The_rate_is_successes_over_trials() => Assert.Equal((3, 8, .375), (new Proportion(3, 8).Successes, new Proportion(3, 8).Trials, new Proportion(3, 8).Rate));
}
