using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>Bets, capital and the confidence sequences made of them.</summary>
public sealed class SequentialSpecs
{
    private static readonly SequenceMethod[] Methods = Enum.GetValues<SequenceMethod>();
    private static readonly IntervalSide[] Sides = Enum.GetValues<IntervalSide>();

    private static double[] Draws(int n, double rate, string name)
    {
        var random = new RandomStream(11, name);
        return [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() < rate ? 1 - .2 * random.Next(3) : .3 * random.Next(2))];
    }

    private static double[] Mirrored(IEnumerable<double> x) => [.. x.Select(v => 1 - v)];

    /// <summary>μ̂ before value t, from the definition: (½ + Σx)/t over the values before it.</summary>
    private static double MeanBefore(double[] x, int t) => (.5 + x.Take(t - 1).Sum()) / t;

    /// <summary>√(2ℓ/(σ̂²·t·ln(t+1))) with σ̂² = (¼ + Σ(x_i − μ̂_i)²)/t over the values before t, μ̂_i with value i.</summary>
    private static double Bet(double[] x, int t, double ell)
    {
        var variance = (.25 + Enumerable.Range(1, t - 1).Sum(i => Math.Pow(x[i - 1] - MeanBefore(x, i + 1), 2))) / t;
        return Math.Sqrt(2 * ell / (variance * t * Math.Log(t + 1)));
    }

    /// <summary>K after t values at m, from the definition.</summary>
    private static double Capital(SequenceMethod method, double[] x, int t, double m, double ell, double cap = .5, int grid = 20)
    {
        var steps = Enumerable.Range(1, t);
        return method switch
        {
            SequenceMethod.GridKelly => Enumerable.Range(1, grid).Average(j => steps.Aggregate(1.0, (k, i) => k * (1 + j / (grid + 1.0) * (x[i - 1] / m - 1)))),
            SequenceMethod.Betting => steps.Aggregate(1.0, (k, i) => k * (1 + Math.Min(Bet(x, i, ell), cap / m) * (x[i - 1] - m))),
            SequenceMethod.EmpiricalBernstein => Math.Exp(steps.Sum(i => Math.Min(cap, Bet(x, i, ell)) is var b ? b * (x[i - 1] - m) - Math.Pow(x[i - 1] - MeanBefore(x, i), 2) * (-Math.Log(1 - b) - b) : 0)),
            _ => Math.Exp(steps.Sum(i => Math.Min(1, Math.Sqrt(8 * ell / (i * Math.Log(i + 1)))) is var b ? b * (x[i - 1] - m) - b * b / 8 : 0)),
        };
    }

    [Fact]
    public void The_bets_and_means_are_functions_of_the_past_as_defined()
    {
        var x = Draws(30, .6, "bets");
        var (bets, means) = SequentialBets.Of(x, 2.5);
        for (var t = 1; t <= x.Length; t++)
        {
            Assert.Equal(Bet(x, t, 2.5), bets[t - 1], 1e-11);
            Assert.Equal(MeanBefore(x, t), means[t - 1], 1e-13);
        }

        Assert.Equal(Math.Sqrt(2 * 2.5 / (.25 * Math.Log(2))), bets[0], 1e-13);
        Assert.Equal((Math.Log(20), Math.Log(20), Math.Log(40)), (SequentialBets.Ell(.05, IntervalSide.Lower), SequentialBets.Ell(.05, IntervalSide.Upper), SequentialBets.Ell(.05, IntervalSide.Two)));
    }

    [Theory]
    [InlineData(SequenceMethod.GridKelly, .5, 20), InlineData(SequenceMethod.GridKelly, .5, 1), InlineData(SequenceMethod.GridKelly, .5, 7), InlineData(SequenceMethod.Betting, .5, 0), InlineData(SequenceMethod.Betting, .9, 0)]
    public void The_capital_is_its_product_and_the_limits_are_where_it_reaches_the_bar(SequenceMethod method, double cap, int grid)
    {
        var (x, ell) = (Draws(40, .7, "capital"), Math.Log(9.7));
        var capital = new BettingCapital(x, ell, cap, grid);
        foreach (var m in new[] { 1e-3, .2, .6, .99, 1 })
        {
            var logs = capital.LogCapitals(m, 25).ToArray();
            Assert.Equal(25, logs.Length);
            for (var t = 1; t <= 25; t++) Assert.Equal(Math.Log(Capital(method, x, t, m, ell, cap, grid)), logs[t - 1], 1e-10);
            Assert.Equal(logs[24], capital.LogCapital(25, m));
            int? first = Enumerable.Range(1, 40).Where(t => Capital(method, x, t, m, ell, cap, grid) >= Math.Exp(ell)).Select(t => (int?)t).FirstOrDefault();
            Assert.Equal(first, capital.FirstReaching(m, ell));
            Assert.Equal(20, capital.LogCapitals(m, 40).Select((k, i) => (k, i)).Count(p => p.i < 20 && capital.FirstReaching(m, p.k) <= p.i + 1)); // a tie is a reach
        }

        var most = 0.0;
        for (var t = 1; t <= 40; t++)
        {
            var limit = capital.LowerLimit(t, ell);
            if (limit > 0) Worked.Near(9.7, Capital(method, x, t, limit, ell, cap, grid), 1e-9);
            else Assert.True(capital.LogCapital(t, 0) < ell);
            most = Math.Max(most, limit);
        }

        Assert.True(most > .3);
        Assert.Equal(most, capital.RunningLowerLimit(ell), 1e-11);
    }

    [Fact]
    public void At_a_mean_of_0_any_value_above_it_is_certain_evidence_for_the_grid()
    {
        var zeros = new BettingCapital([0, 0, 0], 3, .5, 1);
        Assert.Equal([Math.Log(.5), Math.Log(.25), Math.Log(.125)], zeros.LogCapitals(0, 3), (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal((0, 0), (zeros.LowerLimit(3, 3), zeros.RunningLowerLimit(3)));
        var one = new BettingCapital([0, .1, 0], 3, .5, 4);
        Assert.Equal([false, true, true], one.LogCapitals(0, 3).Select(double.IsPositiveInfinity));
        Assert.Equal(2, one.FirstReaching(0, 1e9));
        // Without a grid the bets at 0 are the plain ones: every value of 1 multiplies by 1 + bet.
        var plain = new BettingCapital([1, 1], 2, .5, 0);
        Assert.Equal(double.LogP1(Bet([1, 1], 1, 2)) + double.LogP1(Bet([1, 1], 2, 2)), plain.LogCapital(2, 0), 1e-12);
    }

    [Fact]
    public void Limits_are_where_the_evidence_is_one_over_alpha()
    {
        foreach (var method in Methods)
        {
            var x = Draws(120, .55, "duality");
            foreach (var (side, bar) in new[] { (IntervalSide.Two, 20.0), (IntervalSide.Lower, 10), (IntervalSide.Upper, 10) })
            {
                var sequence = new ConfidenceSequence(x, method, .1, side);
                foreach (var t in new[] { 1, 2, 10, 60, 120 })
                {
                    var at = sequence.At(t);
                    if (side == IntervalSide.Upper) Assert.Equal(0, at.Lower);
                    else if (at.Lower > 0) Worked.Near(bar, Capital(method, x, t, at.Lower, Math.Log(bar)), 1e-8);
                    if (side == IntervalSide.Lower) Assert.Equal(1, at.Upper);
                    else if (at.Upper < 1) Worked.Near(bar, Capital(method, Mirrored(x), t, 1 - at.Upper, Math.Log(bar)), 1e-8);
                }

                var end = sequence.At(120);
                Assert.True((side == IntervalSide.Upper || end.Lower > .2) && (side == IntervalSide.Lower || end.Upper < .9));
            }
        }
    }

    [Fact]
    public void A_cap_and_a_grid_are_those_asked_for()
    {
        var (x, bar) = (Draws(80, .7, "cap"), 20.0);
        foreach (var method in new[] { SequenceMethod.EmpiricalBernstein, SequenceMethod.Betting })
            Worked.Near(bar, Capital(method, x, 80, new ConfidenceSequence(x, method, .1, cap: .2).At(80).Lower, Math.Log(bar), cap: .2), 1e-8);
        Worked.Near(bar, Capital(SequenceMethod.GridKelly, x, 80, new ConfidenceSequence(x, SequenceMethod.GridKelly, .1, gridPoints: 3).At(80).Lower, Math.Log(bar), grid: 3), 1e-8);
        Assert.Equal(new ConfidenceSequence(x, SequenceMethod.GridKelly, .1, gridPoints: 20).At(80), new ConfidenceSequence(x, SequenceMethod.GridKelly, .1).At(80));
    }

    [Fact]
    public void Running_limits_intersect_and_an_exclusion_is_when_a_value_is_first_outside()
    {
        double[] drift = [.. Enumerable.Repeat(1.0, 8), .. Enumerable.Repeat(0.0, 26)];
        foreach (var x in new[] { Draws(25, .5, "running"), drift, Mirrored(drift) })
        {
            foreach (var method in Methods)
            {
                foreach (var side in Sides)
                {
                    var sequence = new ConfidenceSequence(x, method, .3, side);
                    var at = Enumerable.Range(1, x.Length).Select(sequence.At).ToArray();
                    var running = sequence.Running();
                    Assert.Equal(x.Length, running.Count);
                    for (var t = 1; t <= x.Length; t++)
                    {
                        Assert.Equal(at.Take(t).Max(i => i.Lower), running[t - 1].Lower, 1e-11);
                        Assert.Equal(at.Take(t).Min(i => i.Upper), running[t - 1].Upper, 1e-11);
                    }

                    Assert.Equal(running[^1].Lower, sequence.RunningAtEnd().Lower, 1e-11);
                    Assert.Equal(running[^1].Upper, sequence.RunningAtEnd().Upper, 1e-11);
                    foreach (var value in new[] { .02, .3, .5, .7, .98 })
                        Assert.Equal(Array.FindIndex(at, i => !i.Contains(value)) is >= 0 and var found ? found + 1 : null, sequence.FirstExclusion(value));
                }
            }
        }
    }

    [Fact]
    public void Turning_every_value_turns_the_limits()
    {
        var x = Draws(50, .8, "mirror");
        foreach (var method in Methods)
        {
            Interval at = new ConfidenceSequence(x, method, .1).At(50), turned = new ConfidenceSequence(Mirrored(x), method, .1).At(50), lower = new ConfidenceSequence(x, method, .05, IntervalSide.Lower).At(50);
            Assert.Equal(1 - at.Upper, turned.Lower, 1e-10);
            Assert.Equal(1 - at.Lower, turned.Upper, 1e-10);
            Assert.Equal(at.Lower, lower.Lower, 1e-10); // ln(2/.1) = ln(1/.05)
        }
    }

    [Fact]
    public void A_sequence_is_of_values_in_0_1_and_asked_at_a_time_it_has()
    {
        foreach (var method in Methods)
        {
            foreach (var bad in new[] { -.1, 1.1 }) Worked.OutOfRange(Invariant($"x[1] is {bad}; it must lie in [0, 1]"), () => new ConfidenceSequence([0, bad], method, .1));
            Worked.Refuses<ArgumentException>("x is empty", () => new ConfidenceSequence([], method, .1));
            Worked.Refuses<ArgumentException>("x[0] is NaN", () => new ConfidenceSequence([double.NaN], method, .1));
            foreach (var bad in new[] { 0, 1, double.NaN })
            {
                Worked.OutOfRange("cap is", () => new ConfidenceSequence([1], method, .1, cap: bad));
                Worked.OutOfRange("alpha is", () => new ConfidenceSequence([1], method, bad));
            }

            Worked.OutOfRange("gridPoints is 0", () => new ConfidenceSequence([1], method, .1, gridPoints: 0));
            var sequence = new ConfidenceSequence([0, 1], method, .1);
            foreach (var t in new[] { 0, 3 }) Worked.OutOfRange(Invariant($"t is {t}; there are 2 values"), () => sequence.At(t));
            Assert.All([1, 2], t => Assert.True(sequence.At(t).Contains(.5)));
            foreach (var value in new[] { -.1, 1.1, double.NaN }) Worked.OutOfRange("value is", () => sequence.FirstExclusion(value));
            Assert.Equal((null, null), (sequence.FirstExclusion(.5), new ConfidenceSequence([.5], method, .1).FirstExclusion(.5)));
        }
    }
}
