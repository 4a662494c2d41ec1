using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>Tango, Newcombe and the limit that looks at losses only.</summary>
public sealed class PairedLimitsSpecs
{
    private static readonly PairedTable[] Tables =
        [new(1, 1, 7, 12), new(59, 6, 16, 80), new(20, 0, 0, 5), new(0, 4, 0, 0), new(0, 0, 4, 0), new(0, 3, 1, 0), new(10, 2, 0, 0), new(10, 0, 2, 0), new(500, 3, 4, 93), new(0, 1, 0, 0), new(10, 3, 3, 4)];

    [Theory] // Fagerland, Lydersen and Laake, Statistics in Medicine 33 (2014) 2850, tables 8 and 9, the sign turned: now minus approved
    [InlineData(1, 1, 7, 12, .026, .517, .026, .507)]
    public void The_limits_of_the_published_example(int both, int lost, int gained, int neither, double tango, double tangoUp, double newcombe, double newcombeUp)
    {
        var table = new PairedTable(both, lost, gained, neither);
        Assert.Equal((tango, tangoUp), Rounded(Tango.Limits(table, .025)));
        Assert.Equal((newcombe, newcombeUp), Rounded(Newcombe.Limits(table, .025)));

        static (double, double) Rounded(Interval i) => (Math.Round(i.Lower, 3), Math.Round(i.Upper, 3));
    }

    [Fact]
    public void At_no_difference_the_score_is_mcnemars_and_the_rate_half_of_those_that_differ()
    {
        foreach (var t in Tables)
        {
            Assert.Equal(t.Discordant / (2.0 * t.N), Tango.GainedRate(t.Lost, t.Gained, t.N, 0), 1e-14);
            Assert.Equal(t.Discordant == 0 ? 0 : (t.Gained - t.Lost) / Math.Sqrt(t.Discordant), Tango.Score(t.Lost, t.Gained, t.N, 0), 1e-12);
        }
    }

    [Fact]
    public void The_gained_rate_is_the_most_likely_one_under_the_hypothesis()
    {
        foreach (var t in Tables)
        {
            foreach (var drop in new[] { -.9, -.3, -.02, .01, .2, .7 })
            {
                var best = Tango.GainedRate(t.Lost, t.Gained, t.N, drop);
                Assert.InRange(best, Math.Max(0, -drop) - 1e-12, (1 - drop) / 2 + 1e-12);
                var most = Likelihood(best);
                for (var i = 0; i <= 400; i++) Assert.True(Likelihood(Math.Max(0, -drop) + ((1 - drop) / 2 - Math.Max(0, -drop)) * i / 400) <= most + 1e-9);

                double Likelihood(double q) => Term(t.Gained, q) + Term(t.Lost, q + drop) + Term(t.N - t.Discordant, 1 - 2 * q - drop);
                static double Term(int count, double p) => count == 0 ? 0 : count * Math.Log(Math.Max(p, 1e-300));
            }
        }
    }

    [Fact]
    public void The_score_turns_its_sign_with_the_sides()
    {
        foreach (var t in Tables)
            foreach (var drop in new[] { -.8, -.1, .05, .5 }) Assert.Equal(-Tango.Score(t.Gained, t.Lost, t.N, -drop), Tango.Score(t.Lost, t.Gained, t.N, drop), 1e-10);
    }

    [Theory]
    [InlineData(0, 0, 1, double.PositiveInfinity), InlineData(5, 0, 1, 0), InlineData(0, 0, -1, double.NegativeInfinity), InlineData(0, 5, -1, 0), InlineData(0, 0, 0, 0)]
    public void Without_variance_the_score_is_infinite_or_nothing(int lost, int gained, double drop, double score) => Assert.Equal(score, Tango.Score(lost, gained, 5, drop));

    [Fact]
    public void Each_limit_is_where_the_score_is_at_the_quantile_and_passing_is_being_above_the_margin()
    {
        foreach (var t in Tables)
        {
            foreach (var tail in new[] { .05, .025, .2 })
            {
                var (z, limits) = (Normal.UpperQuantile(tail), Tango.Limits(t, tail));
                if (t.Lost < t.N) Assert.Equal(z, Tango.Score(t.Lost, t.Gained, t.N, -limits.Lower), 1e-9); else Assert.Equal(-1, limits.Lower);
                if (t.Gained < t.N) Assert.Equal(-z, Tango.Score(t.Lost, t.Gained, t.N, -limits.Upper), 1e-9); else Assert.Equal(1, limits.Upper);
                Assert.True(limits.Lower <= t.Difference && t.Difference <= limits.Upper);
                var mirrored = Tango.Limits(new(t.Both, t.Gained, t.Lost, t.Neither), tail);
                Assert.Equal((-limits.Upper, -limits.Lower), (mirrored.Lower, mirrored.Upper));
                foreach (var margin in new[] { .01, .02, .1, .5, .9 })
                {
                    Assert.Equal(limits.Lower > -margin, Tango.Passes(t, margin, tail));
                    Assert.Equal(Tango.Passes(t, margin, tail), Tango.NonInferiority(t, margin) < tail);
                    Assert.Equal(Normal.UpperTail(Tango.Score(t.Lost, t.Gained, t.N, margin)), Tango.NonInferiority(t, margin));
                }
            }
        }

        var none = Tango.Limits(new(20, 0, 0, 5), .05);
        Assert.Equal((-2.705543454095404 / 27.705543454095404, 2.705543454095404 / 27.705543454095404), (none.Lower, none.Upper), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-14 && Math.Abs(a.Item2 - b.Item2) < 1e-14);
    }

    [Fact]
    public void A_score_of_exactly_the_quantile_does_not_pass()
    {
        var ties = 0;
        for (var lost = 0; lost < 5; lost++)
        {
            for (var n = 40; n < 120; n++)
            {
                var score = Tango.Score(lost, 1, n, .1);
                var alpha = Normal.UpperTail(score);
                if (!(alpha < .5) || Normal.UpperQuantile(alpha) != score) continue;
                ties++;
                Assert.False(Tango.Passes(new(n - lost - 1, lost, 1, 0), .1, alpha));
            }
        }

        Assert.True(ties > 0);
    }

    [Fact]
    public void Newcombes_correlation_is_reduced_only_when_positive_and_nothing_beside_an_empty_margin()
    {
        // (10·8 − 2·1 − 21/2)/√(12·9·11·10); 2·3 − 1·1 − 7/2 = 1.5 over √(3·4·3·4); below n/2 nothing; a negative one as it is
        Assert.Equal(67.5 / Math.Sqrt(11880), Newcombe.Phi(new(10, 2, 1, 8)), 1e-13);
        Assert.Equal(1.5 / 12, Newcombe.Phi(new(2, 1, 1, 3)), 1e-13);
        Assert.Equal(0, Newcombe.Phi(new(2, 1, 1, 1)));
        Assert.Equal(-7 / 20.0, Newcombe.Phi(new(1, 3, 3, 2)), 1e-13);
        Assert.All([new(4, 3, 0, 0), new(4, 0, 3, 0), new(0, 0, 3, 4), new(0, 3, 0, 4), new PairedTable(4, 0, 0, 0)], t => Assert.Equal(0, Newcombe.Phi(t)));
    }

    [Fact]
    public void Newcombes_limits_are_made_of_the_two_wilson_intervals()
    {
        foreach (var t in Tables)
        {
            Interval limits = Newcombe.Limits(t, .05), before = new Proportion(t.Both + t.Lost, t.N).Wilson(.9), now = new Proportion(t.Both + t.Gained, t.N).Wilson(.9);
            var phi = Newcombe.Phi(t);
            Assert.Equal(Math.Pow(t.Difference - limits.Lower, 2), Square(t.NowRate - now.Lower, before.Upper - t.ApprovedRate, phi), 1e-11);
            Assert.Equal(Math.Pow(limits.Upper - t.Difference, 2), Square(now.Upper - t.NowRate, t.ApprovedRate - before.Lower, phi), 1e-11);
            Assert.True(limits.Lower <= t.Difference && t.Difference <= limits.Upper);
        }

        static double Square(double a, double b, double phi) => a * a - 2 * phi * a * b + b * b;
    }

    [Fact]
    public void Losses_only_is_the_exact_limit_of_the_share_lost()
    {
        Worked.Near(Math.Pow(.05, 1 / 60.0) - 1, LossOnly.LowerLimit(new(50, 0, 10, 0), .05));
        Assert.Equal(-1, LossOnly.LowerLimit(new(0, 8, 0, 0), .05));
        var limit = LossOnly.LowerLimit(new(30, 4, 20, 6), .05);
        Worked.Near(.05, Enumerable.Range(0, 5).Sum(k => Worked.Mass(k, 60, -limit)), 1e-9);
    }

    [Theory]
    [InlineData(0), InlineData(.5), InlineData(double.NaN)]
    public void The_tail_of_a_limit_lies_between_0_and_a_half(double tail)
    {
        Worked.OutOfRange(Invariant($"tail is {tail}; it must lie between 0 and 0.5"), () => Tango.Limits(Tables[0], tail));
        Worked.OutOfRange(Invariant($"tail is {tail}; it must lie between 0 and 0.5"), () => Newcombe.Limits(Tables[0], tail));
        Worked.OutOfRange(Invariant($"alpha is {tail}; it must lie between 0 and 0.5"), () => LossOnly.LowerLimit(Tables[0], tail));
        Worked.OutOfRange(Invariant($"alpha is {tail}; it must lie between 0 and 0.5"), () => Tango.Passes(Tables[0], .02, tail));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(double.NaN)]
    public void The_margin_lies_between_0_and_1(double margin)
    {
        Worked.OutOfRange(Invariant($"margin is {margin}; it must lie between 0 and 1"), () => Tango.NonInferiority(Tables[0], margin));
        Worked.OutOfRange(Invariant($"margin is {margin}; it must lie between 0 and 1"), () => Tango.Passes(Tables[0], margin, .05));
    }
}
