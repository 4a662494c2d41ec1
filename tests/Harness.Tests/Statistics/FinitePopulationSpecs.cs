using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class FinitePopulationSpecs
{
    private static readonly double[] X = [1, 0, 1, 1, .5, 1, 1, 1, 0, 1, 1, 1, 1, .5, 1, 1, 1, 1, 0, 1];

    /// <summary>K after t draws at the population mean m, from the definition: each bet against what the rest must then average.</summary>
    private static double Capital(double[] x, int t, int population, double m, double ell, double cap)
    {
        var capital = 1.0;
        for (var i = 1; i <= t; i++)
        {
            var before = x.Take(i - 1).ToArray();
            var rest = Math.Clamp((population * m - before.Sum()) / (population - before.Length), 0, 1);
            var variance = (.25 + before.Select((v, j) => Math.Pow(v - (.5 + before.Take(j + 1).Sum()) / (j + 2), 2)).Sum()) / i;
            var bet = Math.Sqrt(2 * ell / (variance * i * Math.Log(i + 1)));
            if (rest > 0) bet = Math.Min(bet, cap / rest);
            capital *= 1 + bet * (x[i - 1] - rest);
        }

        return capital;
    }

    [Theory]
    [InlineData(20, .5), InlineData(25, .5), InlineData(60, .3), InlineData(1000, .8)]
    public void Each_limit_is_where_the_evidence_is_two_over_alpha_or_what_is_certain(int population, double cap)
    {
        const double bar = 10; // 2/.2
        var sequence = new FinitePopulationSequence(X, population, .2, cap);
        var (mirror, evidence) = (X.Select(v => 1 - v).ToArray(), 0);
        for (var t = 1; t <= X.Length; t++)
        {
            var (at, sum) = (sequence.At(t), X.Take(t).Sum());
            double least = sum / population, most = 1 - (t - sum) / population;
            Assert.InRange(at.Lower, least, at.Upper + 1e-12);
            Assert.InRange(at.Upper, at.Lower - 1e-12, most + 1e-12);
            if (at.Lower > least + 1e-9 && at.Lower < most - 1e-9) { evidence++; Worked.Near(bar, Capital(X, t, population, at.Lower, Math.Log(bar), cap), 1e-7); }
            else if (at.Lower <= least + 1e-9) Assert.True(Capital(X, t, population, least + 1e-9, Math.Log(bar), cap) < bar * (1 + 1e-6));
            if (at.Upper < most - 1e-9 && at.Upper > least + 1e-9) { evidence++; Worked.Near(bar, Capital(mirror, t, population, 1 - at.Upper, Math.Log(bar), cap), 1e-7); }
        }

        Assert.True(evidence > 5);
    }

    [Fact]
    public void When_all_are_drawn_the_mean_is_known()
    {
        var all = new FinitePopulationSequence(X, X.Length, .05).At(X.Length);
        Assert.Equal(X.Average(), all.Lower, 1e-11);
        Assert.Equal(X.Average(), all.Upper, 1e-11);
        var one = new FinitePopulationSequence([.25], 1, .05).At(1);
        Assert.Equal((.25, .25), (one.Lower, one.Upper));
    }

    [Fact]
    public void Over_all_orders_of_a_population_the_mean_leaves_the_limits_no_more_often_than_alpha()
    {
        const int population = 10, ones = 3;
        const double alpha = .4;
        int orders = 0, missed = 0;
        for (var set = 0; set < 1 << population; set++)
        {
            if (int.PopCount(set) != ones) continue;
            orders++;
            var last = new FinitePopulationSequence([.. Enumerable.Range(0, population).Select(i => (double)(set >> i & 1))], population, alpha).Running();
            if (last.Any(i => i.Lower > .3 + 1e-9 || i.Upper < .3 - 1e-9)) missed++;
        }

        Assert.Equal(120, orders);
        Assert.True(missed <= alpha * orders && missed > 0, Invariant($"{missed} of {orders}"));
    }

    [Fact]
    public void Running_limits_intersect()
    {
        var sequence = new FinitePopulationSequence([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], 200, .3);
        var at = Enumerable.Range(1, 13).Select(sequence.At).ToArray();
        Assert.Equal(Enumerable.Range(1, 13).Select(t => new Interval(at.Take(t).Max(i => i.Lower), at.Take(t).Min(i => i.Upper))), sequence.Running());
        Assert.True(at[^1].Lower < at.Max(i => i.Lower));
    }

    [Fact]
    public void The_default_cap_is_a_half() => Assert.Equal(new FinitePopulationSequence(X, 60, .2, .5).At(20), new FinitePopulationSequence(X, 60, .2).At(20));

    [Fact]
    public void Draws_are_of_0_1_no_more_than_the_population_and_asked_at_a_time_there_is()
    {
        Worked.OutOfRange("3 values were drawn from a population of 2", () => new FinitePopulationSequence([0, 1, 1], 2, .1));
        Assert.NotNull(new FinitePopulationSequence([0, 1, 1], 3, .1));
        Worked.OutOfRange("x[0] is 2; it must lie in [0, 1]", () => new FinitePopulationSequence([2], 5, .1));
        Worked.Refuses<ArgumentException>("x is empty", () => new FinitePopulationSequence([], 5, .1));
        foreach (var bad in new[] { 0, 1, double.NaN })
        {
            Worked.OutOfRange("cap is", () => new FinitePopulationSequence([1], 5, .1, bad));
            Worked.OutOfRange("alpha is", () => new FinitePopulationSequence([1], 5, bad));
        }

        foreach (var t in new[] { 0, 2 }) Worked.OutOfRange(Invariant($"t is {t}; there are 1 values"), () => new FinitePopulationSequence([1], 5, .1).At(t));
    }
}
