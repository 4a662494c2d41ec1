using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class SequentialPairedTestSpecs
{
    [Fact]
    public void One_bet_of_a_half_is_worked_out_by_hand()
    {
        // x = (1 + d)/2 = 0, 1, ½ against (1 − .2)/2 = .4: 1 + ½(x/.4 − 1) = ½, 1.75, 1.125. A drop: 1 − x against ½: 1.5, ½, 1.
        var test = new SequentialPairedTest([-1, 1, 0], .2, .1, gridPoints: 1);
        Same([.5, .875, .984375], test.LogCapitalNonInferior);
        Same([1.5, .75, .75], test.LogCapitalDrop);
        Assert.Equal((1, 1 / 1.5), (test.NonInferiorityP, Math.Round(test.DropP, 15)), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-14 && Math.Abs(a.Item2 - b.Item2) < 1e-14);
        Assert.Equal((null, null), (test.PassesAt, test.RegressesAt));

        static void Same(double[] expected, IReadOnlyList<double> logs) => Assert.Equal(expected, logs.Select(Math.Exp), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void Twenty_bets_are_the_average_of_their_products()
    {
        double[] d = [-.5, 1, 0, .25, -1];
        var test = new SequentialPairedTest(d, .3, .1);
        for (var t = 1; t <= d.Length; t++)
        {
            double Average(Func<double, double> ratio) => Enumerable.Range(1, 20).Average(j => d.Take(t).Aggregate(1.0, (k, v) => k * (1 + j / 21.0 * (ratio(v) - 1))));
            Assert.Equal(Average(v => (1 + v) / 2 / .35), Math.Exp(test.LogCapitalNonInferior[t - 1]), 1e-11);
            Assert.Equal(Average(v => (1 - v) / 2 / .5), Math.Exp(test.LogCapitalDrop[t - 1]), 1e-11);
        }
    }

    [Fact]
    public void It_decides_when_the_evidence_first_reaches_one_over_alpha()
    {
        // One bet of ½: unchanged items multiply by 1 + ½(.5/.4 − 1) = 1.125; 1.125²⁰ = 10.54 is the first above 10. Lost ones by 1.5: 1.5⁶ = 11.4.
        var unchanged = new SequentialPairedTest([.. new double[30]], .2, .1, gridPoints: 1);
        Assert.Equal((20, null), (unchanged.PassesAt, unchanged.RegressesAt));
        var lost = new SequentialPairedTest([.. Enumerable.Repeat(-1.0, 30)], .2, .1, gridPoints: 1);
        Assert.Equal((null, 6), (lost.PassesAt, lost.RegressesAt));
        Assert.Equal(Math.Pow(1.5, -30), lost.DropP, 1e-14);
        // Reached and lost again: the first time counts, and so does the largest evidence.
        var turned = new SequentialPairedTest([.. Enumerable.Repeat(-1.0, 6), .. Enumerable.Repeat(1.0, 6)], .2, .1, gridPoints: 1);
        Assert.Equal(6, turned.RegressesAt);
        Worked.Near(Math.Pow(1.5, -6), turned.DropP);
    }

    [Fact]
    public void Evidence_of_exactly_one_over_alpha_decides()
    {
        double[] d = [.. Enumerable.Repeat(-1.0, 30)];
        var capital = new SequentialPairedTest(d, .2, .1, gridPoints: 1).LogCapitalDrop;
        var ties = 0;
        for (var t = 2; t <= d.Length; t++)
        {
            var alpha = Math.Exp(-capital[t - 1]);
            if (Math.Log(1 / alpha) != capital[t - 1]) continue;
            ties++;
            Assert.Equal(t, new SequentialPairedTest(d, .2, alpha, gridPoints: 1).RegressesAt);
        }

        Assert.True(ties > 0);
    }

    [Fact]
    public void Betting_bets_with_its_cap_and_the_grid_with_its_points()
    {
        double[] d = [-1, -1, -.5, 0, -1];
        SequentialPairedTest Make(SequenceMethod method, double cap = .5, int grid = 20) => new(d, .2, .1, method, cap, grid);
        // The first bet √(2·ln 10/(¼·ln 2)) = 5.15 is above .5/½ = 1 and .2/½ = .4: lost ones multiply by 1 + 1·½ and 1 + .4·½.
        Assert.Equal(1.5, Math.Exp(Make(SequenceMethod.Betting).LogCapitalDrop[0]), 1e-12);
        Assert.Equal(1.2, Math.Exp(Make(SequenceMethod.Betting, .2).LogCapitalDrop[0]), 1e-12);
        Assert.Equal(Make(SequenceMethod.Betting).LogCapitalDrop, Make(SequenceMethod.Betting, grid: 3).LogCapitalDrop);
        Assert.Equal(Make(SequenceMethod.GridKelly).LogCapitalDrop, Make(SequenceMethod.GridKelly, cap: .2).LogCapitalDrop);
        Assert.NotEqual(Make(SequenceMethod.GridKelly).LogCapitalDrop, Make(SequenceMethod.GridKelly, grid: 3).LogCapitalDrop);
        Assert.Equal(new SequentialPairedTest(d, .2, .1).LogCapitalDrop, Make(SequenceMethod.GridKelly).LogCapitalDrop);
    }

    [Fact]
    public void Arguments_outside_their_ranges_are_refused()
    {
        foreach (var bad in new[] { 0, 1, double.NaN })
        {
            Worked.OutOfRange("margin is", () => new SequentialPairedTest([0], bad, .1));
            Worked.OutOfRange("cap is", () => new SequentialPairedTest([0], .1, .1, cap: bad));
        }

        foreach (var bad in new[] { 0, .5, double.NaN }) Worked.OutOfRange("alpha is", () => new SequentialPairedTest([0], .1, bad));
        foreach (var method in new[] { SequenceMethod.Hoeffding, SequenceMethod.EmpiricalBernstein }) Worked.Refuses<ArgumentException>("makes no capital process; use Betting or GridKelly", () => new SequentialPairedTest([0], .1, .1, method));
        foreach (var points in new[] { 0, -1 }) Worked.OutOfRange(Invariant($"gridPoints is {points}; it must be 1 or more"), () => new SequentialPairedTest([0], .1, .1, gridPoints: points));
        foreach (var bad in new[] { -1.5, 1.5 }) Worked.OutOfRange("it must lie in [0, 1]", () => new SequentialPairedTest([0, bad], .1, .1));
        Worked.Refuses<ArgumentException>("is empty", () => new SequentialPairedTest([], .1, .1));
        Worked.Refuses<ArgumentException>("is NaN", () => new SequentialPairedTest([double.NaN], .1, .1));
    }
}
