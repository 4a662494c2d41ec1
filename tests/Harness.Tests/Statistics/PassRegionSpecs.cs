using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class PassRegionSpecs
{
    private static IEnumerable<(Func<PassRegion> Make, Func<int, int, bool> Inside)> Regions(int n)
    {
        foreach (var (margin, bound) in new[] { (.1, 1.6), (.3, .2), (.02, 0), (.05, -1.2), (.2, 9) })
        {
            yield return (() => PassRegion.Tango(n, margin, bound), (l, g) => Tango.Score(l, g, n, margin) > bound);
            yield return (() => PassRegion.Tango(n, margin, bound, orEqual: true), (l, g) => Tango.Score(l, g, n, margin) >= bound);
        }

        yield return (() => PassRegion.NotRegressed(n, .05), (l, g) => Fair(l, g) > .05);
        yield return (() => PassRegion.NotRegressed(n, .3), (l, g) => Fair(l, g) > .3);
        foreach (var all in new[] { true, false }) yield return (() => PassRegion.Where(n, (_, _) => all), (_, _) => all);
        foreach (var (head, slope) in new[] { (-4, 1), (0, 1), (3, 2), (-9, 3), (5, 0) }) yield return (() => PassRegion.Where(n, (l, g) => l <= head + slope * g), (l, g) => l <= head + slope * g);

        static double Fair(int lost, int gained) => Enumerable.Range(lost, gained + 1).Sum(k => Worked.Mass(k, lost + gained, .5));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(7), InlineData(16)]
    public void Whatever_is_asked_first_the_region_is_that_of_the_enumeration(int n)
    {
        var random = new RandomStream(3, "regions");
        foreach (var (make, inside) in Regions(n))
        {
            var expected = Enumerable.Range(0, n + 1).Select(g => Enumerable.Range(0, n - g + 1).LastOrDefault(l => inside(l, g), -1)).ToArray();
            for (var order = 0; order < 6; order++)
            {
                var asked = Enumerable.Range(0, n + 1).ToArray();
                if (order == 1) Array.Reverse(asked);
                if (order > 1) random.Shuffle(asked);
                var region = make();
                foreach (var g in asked.Concat(asked)) Assert.Equal(expected[g], region.MostLost(g));
            }
        }
    }

    [Theory]
    [InlineData(2, 3), InlineData(0, 0), InlineData(5, 1)]
    public void A_score_that_is_the_bound_is_inside_only_where_that_is_asked(int lost, int gained)
    {
        var bound = Tango.Score(lost, gained, 20, .1);
        Assert.Equal(lost, PassRegion.Tango(20, .1, bound, orEqual: true).MostLost(gained));
        Assert.Equal(lost - 1, PassRegion.Tango(20, .1, bound).MostLost(gained));
    }

    // Each bound is at most a step from its neighbor's: the neighbor's bound again, the step, and one beyond it.
    [Theory]
    [InlineData(0), InlineData(1)]
    public void The_neighbor_saves_asking_everywhere(int slope)
    {
        const int n = 1000;
        foreach (var descending in new[] { false, true })
        {
            var asked = 0;
            var region = PassRegion.Where(n, (lost, gained) => { asked++; return lost <= 20 + slope * gained; });
            var order = Enumerable.Range(0, 401).Select(g => descending ? 400 - g : g).ToArray();
            region.MostLost(order[0]);
            asked = 0;
            foreach (var gained in order) Assert.Equal(20 + slope * gained, region.MostLost(gained));
            Assert.InRange(asked, 400, 3 * 400);
        }
    }

    [Theory]
    [InlineData(1), InlineData(5), InlineData(14)]
    public void Probability_and_complement_are_sums_over_all_tables(int n)
    {
        foreach (var (make, inside) in Regions(n))
        {
            foreach (var (lost, gained) in new[] { (.1, .05), (0, 0), (0, .2), (.3, 0), (.5, .5), (1, 0), (0, 1), (.02, .9), (.001, .0004) })
            {
                Assert.Equal(Worked.Paired(n, lost, gained, inside), make().Probability(lost, gained), 1e-11);
                Assert.Equal(Worked.Paired(n, lost, gained, (l, g) => !inside(l, g)), make().ComplementProbability(lost, gained), 1e-11);
            }
        }
    }

    [Fact]
    public void Many_pairs_leave_nothing_out_at_either_end()
    {
        foreach (var (n, lost, gained) in new[] { (3000, .01, .2), (3000, .2, .01), (3000, .004, .9), (20_000, .001, .0005), (500, .3, .5) })
        {
            var region = PassRegion.Tango(n, .01, 0);
            Assert.Equal(1, region.Probability(lost, gained) + region.ComplementProbability(lost, gained), 1e-10);
            Assert.Equal(1, PassRegion.Where(n, (_, _) => true).Probability(lost, gained), 1e-10);
            Assert.Equal(1, PassRegion.Where(n, (_, _) => false).ComplementProbability(lost, gained), 1e-10);
            var few = PassRegion.Where(n, (l, _) => l <= n / 100);
            Assert.Equal(Binomial.AtMost(n / 100, n, lost), few.Probability(lost, gained), 1e-10);
            Assert.Equal(Binomial.AtLeast(n / 100 + 1, n, lost), few.ComplementProbability(lost, gained), 1e-10);
        }
    }

    [Fact]
    public void A_small_complement_keeps_its_digits()
    {
        var region = PassRegion.Where(40, (lost, _) => lost <= 19);
        Worked.Near(Enumerable.Range(20, 21).Sum(k => Worked.Mass(k, 40, .001)), region.ComplementProbability(.001, .1), 1e-10);
        Worked.Near(Worked.Mass(0, 40, .9), PassRegion.Where(40, (lost, _) => lost <= 0).Probability(.9, .05), 1e-10);
    }
}
