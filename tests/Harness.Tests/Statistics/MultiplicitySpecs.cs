using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class MultiplicitySpecs
{
    private static readonly double[] P = [.03, .01, .04, .02];

    [Fact]
    public void Benjamini_and_hochbergs_steps_go_up_from_the_largest()
    {
        // .01·4/1 = .04, .03·4/2 = .06, .04·4/3 = .0533, .05·4/4 = .05: from the largest down none may be larger than the one before
        double[] expected = [.04, .05, .05, .05];
        Assert.Equal(expected, Multiplicity.BenjaminiHochberg([.01, .03, .04, .05]), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void The_adjustments_are_those_worked_out_by_hand_in_the_order_of_the_input()
    {
        // In order .01 .02 .03 .04. Holm: ·4 ·3 ·2 ·1 = .04 .06 .06 .04, rising; Hochberg: the same from the last, falling; BH: ·4 ·2 ·4/3 ·1.
        Same([.12, .04, .16, .08], Multiplicity.Bonferroni(P));
        Same([.06, .04, .06, .06], Multiplicity.Holm(P));
        Same([.04, .04, .04, .04], Multiplicity.Hochberg(P));
        Same([.04, .04, .04, .04], Multiplicity.BenjaminiHochberg(P));
        Same([.05, .03, .2], Multiplicity.BenjaminiHochberg([.1 / 3, .01, .2]));
        Same([.1, .03, .2], Multiplicity.Hochberg([.05, .01, .2]));
        Same([.1, .03, .2], Multiplicity.Holm([.05, .01, .2]));
    }

    [Fact]
    public void None_exceeds_1_one_alone_stays_and_ties_stay_ties()
    {
        foreach (var adjust in new Func<IReadOnlyList<double>, double[]>[] { Multiplicity.Bonferroni, Multiplicity.Holm, Multiplicity.Hochberg, Multiplicity.BenjaminiHochberg })
        {
            Assert.Equal([.3], adjust([.3]));
            Assert.All(adjust([.9, .6, 1, 0, .9]), p => Assert.InRange(p, 0, 1));
            Assert.Equal([0, 1], adjust([0, 1]));
            var tied = adjust([.02, .5, .02]);
            Assert.Equal(tied[0], tied[2]);
            Worked.Refuses<ArgumentException>("nothing was tested", () => adjust([]));
            foreach (var bad in new[] { -1e-9, 1.01, double.NaN }) Worked.OutOfRange(Invariant($"p[1] is {bad}; it must lie in [0, 1]"), () => adjust([.5, bad]));
        }

        Assert.Equal([1, 1], Multiplicity.Bonferroni([.6, .7]));
        Assert.Equal([1, 1], Multiplicity.Holm([.6, .7]));
        Same([.7, .7], Multiplicity.Hochberg([.6, .7]));
    }

    [Fact]
    public void Holm_rejects_exactly_what_the_closed_test_of_bonferroni_rejects()
    {
        var holm = Multiplicity.Holm(P);
        for (var i = 0; i < P.Length; i++)
        {
            // Every subset that holds i; its Bonferroni p is size·smallest.
            var closed = Enumerable.Range(0, 16).Where(set => (set >> i & 1) == 1).Max(set => int.PopCount(set) * Enumerable.Range(0, 4).Where(j => (set >> j & 1) == 1).Min(j => P[j]));
            Assert.Equal(closed, holm[i], 1e-13);
        }
    }

    [Fact]
    public void A_tie_written_in_decimals_is_a_rejection()
    {
        Assert.True(Multiplicity.Rejects(.05, .05));
        Assert.True(Multiplicity.Rejects(3 * .1, .3)); // 3·.1 is .30000000000000004
        Assert.False(Multiplicity.Rejects(.3 * (1 + 1e-14), .3));
        Assert.False(Multiplicity.Rejects(double.NaN, .05));
    }

    private static void Same(double[] expected, double[] actual) => Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-14);
}
