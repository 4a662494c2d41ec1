using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>The model of flips, its simulation, and the power made of it.</summary>
public sealed class ClusteredPowerSpecs
{
    private static int[] Alike(int clusters, int items) => [.. Enumerable.Repeat(items, clusters)];

    // Two items, lost .1, gained .05: by themselves .01, .17, .7325, .085, .0025; whole .1, 0, .85, 0, .05; six parts to four.
    [Fact]
    public void Sums_are_those_of_whole_and_of_single_flips()
    {
        var sums = new ClusterFlips(.1, .05, .4).Sums(2);
        Assert.All(sums.Zip([.046, .102, .7795, .051, .0215]), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
        Assert.All(new ClusterFlips(.1, .05, 0).Sums(2).Zip([.01, .17, .7325, .085, .0025]), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
    }

    [Fact]
    public void The_correlation_of_the_sums_is_the_one_given()
    {
        var flips = new ClusterFlips(.07, .03, .3);
        var sums = flips.Sums(4);
        double mean = sums.Select((p, i) => p * (i - 4)).Sum(), variance = sums.Select((p, i) => p * (i - 4 - mean) * (i - 4 - mean)).Sum(), item = .1 - .04 * .04;
        Assert.Equal(-.16, mean, 1e-14);
        Assert.Equal(4 * item * (1 + 3 * .3), variance, 1e-14);
    }

    [Fact]
    public void The_estimated_correlation_is_that_of_the_items()
    {
        Assert.Equal(1, ClusterFlips.Estimate([-1, -1, 0, 0, 0, 0], [1, 1, 2, 2, 3, 3]));
        Assert.Equal(0, ClusterFlips.Estimate([-1, 0, -1, 0, -1, 0], [1, 1, 2, 2, 3, 3])); // less alike than chance
        Assert.Equal(1, ClusterFlips.Estimate([0, 0, 0, 0], [1, 1, 2, 2]));
        Assert.Equal(1, ClusterFlips.Estimate([0, -1], [1, 2]));
        Assert.Equal(1, ClusterFlips.Estimate([0, -1], [7, 7]));
        double[] d = [-1, -1, -1, 0, 0, 0, 0, 1];
        int[] c = [1, 1, 2, 2, 3, 3, 4, 4];
        Assert.Equal(ClusteredMean.Of(d, c).IntraclassCorrelation!.Value, ClusterFlips.Estimate(d, c));
    }

    [Fact]
    public void Simulated_single_items_have_the_enumerated_power()
    {
        var simulation = new ClusterSimulation([(200, 1, new ClusterFlips(.03, .01, 0).Sums(1))]);
        Assert.Equal(200, simulation.Clusters);
        Assert.InRange(simulation.Passed(.05, .05, 4000, new RandomStream(1, "a")) - PairedPower.Passed(200, .03, .01, .05, .05), -.035, .035); // 4.5 standard errors at ½
        Assert.InRange(simulation.Regressed(.05, 4000, new RandomStream(1, "b")) - PairedPower.Regressed(200, .03, .01, .05), -.035, .035);
    }

    [Fact]
    public void Behaviors_of_several_sizes_are_drawn_together()
    {
        double[] never = [0, 1, 0], always = [1, 0, 0, 0, 0, 0, 0];
        var simulation = new ClusterSimulation([(60, 1, never), (4, 3, always)]);
        Assert.Equal(64, simulation.Clusters);
        Assert.Equal(Tango.Score(4, 0, 64, .15) > Normal.UpperQuantile(.05) ? 1 : 0, simulation.Passed(.15, .05, 3, new RandomStream(1, "a")));
        Assert.Equal(0, simulation.Regressed(.05, 3, new RandomStream(1, "a"))); // 2⁻⁴ is above .05
        Assert.Equal(1, simulation.Regressed(.0625, 3, new RandomStream(1, "a")));
        Assert.Equal(0, new ClusterSimulation([(9, 1, never)]).Regressed(.05, 2, new RandomStream(1, "a")));
    }

    [Fact]
    public void Sizes_without_a_common_one_have_the_means_of_both()
    {
        var simulation = new ClusterSimulation([(3, 2, [0, 1, 0, 0, 0]), (4, 3, [0, 0, 0, 0, 1, 0, 0])]); // −½ three times, ⅓ four times
        Assert.Equal(1, simulation.Share(1, new RandomStream(1, "a"), (values, counts) =>
        {
            Assert.Equal([-1, -2 / 3.0, -.5, -1 / 3.0, 0, 1 / 3.0, .5, 2 / 3.0, 1], values);
            Assert.Equal([0, 0, 3, 0, 0, 4, 0, 0, 0], counts);
            return true;
        }));
    }

    [Theory]
    [InlineData(1), InlineData(0)]
    public void Behaviors_that_flip_whole_or_never_have_the_power_of_as_many_items(double correlation)
    {
        var flips = correlation == 1 ? new ClusterFlips(.02, .01, 1) : new ClusterFlips(0, 0, 0);
        Assert.Equal(PairedPower.Passed(168, flips.Lost, flips.Gained, .03, .05), ClusteredPower.Passed(Alike(168, 5), flips, .03, .05));
        Assert.Equal(PairedPower.Regressed(168, flips.Lost, flips.Gained, .05), ClusteredPower.Regressed(Alike(168, 5), flips, .05));
        Assert.Equal(MinimalSize.Find(flips.Lost, flips.Gained, .05, .05, .9, 2000)!.Stays, ClusteredPower.Size(Alike(168, 5), flips, .05, .05, .9, 2000));
        Assert.Equal(PairedPower.Passed(40, .02, .01, .05, .05), ClusteredPower.Passed(Alike(40, 1), new ClusterFlips(.02, .01, .3), .05, .05));
        Assert.True(ClusteredPower.Passed([1, .. Alike(99, 5)], new ClusterFlips(.02, .02, .1), .05, .05) > PairedPower.Passed(100, .02, .02, .05, .05) + .1); // one behavior of one item among others
    }

    [Fact]
    public void Less_correlation_needs_fewer_behaviors_and_sees_smaller_drops()
    {
        const int draws = 400; // seeded: the same answers each time
        int[] sizes = Alike(168, 5);
        ClusterFlips some = new(.02, .02, .2), none = new(.02, .02, 0);
        Assert.True(ClusteredPower.Passed(sizes, none, .03, .05) > ClusteredPower.Passed(sizes, some, .03, .05));
        Assert.True(ClusteredPower.Passed(sizes, some, .03, .05) > PairedPower.Passed(168, .02, .02, .03, .05));
        Assert.True(ClusteredPower.Regressed(sizes, new(.06, .02, 0), .05) > ClusteredPower.Regressed(sizes, new(.06, .02, .9), .05));
        var (few, more) = (ClusteredPower.Size(sizes, none, .03, .05, .9, 5000, draws)!.Value, ClusteredPower.Size(sizes, some, .03, .05, .9, 5000, draws)!.Value);
        Assert.InRange(few, 88, more - 1);
        Assert.InRange(ClusteredPower.Passed(Alike(more, 5), some, .03, .05, draws), .9, 1);
        Assert.Null(ClusteredPower.Size(sizes, some, .03, .05, .9, 120, draws));
        var drop = ClusteredPower.DropSeenAsNotPassed(sizes, some, .05, .05, .8, draws)!.Value;
        Assert.InRange(1 - ClusteredPower.Passed(sizes, ClusteredPower.WithDrop(some, drop), .05, .05, draws), .8, .85);
        Assert.Equal(0, ClusteredPower.DropSeenAsNotPassed(sizes, some, .01, .05, .5, draws));
        var regressed = ClusteredPower.DropSeenAsRegressed(sizes, some, .05, .8, draws)!.Value;
        Assert.InRange(ClusteredPower.Regressed(sizes, ClusteredPower.WithDrop(some, regressed), .05, draws), .8, .85);
        Assert.Null(ClusteredPower.DropSeenAsRegressed(Alike(4, 5), some, .05, .8, draws));
    }

    [Fact]
    public void Twice_the_margin_does_not_pass_at_the_size_an_unchanged_model_needs()
    {
        ClusterFlips unchanged = new(.01, .01, .3);
        var size = ClusteredPower.Size([5], unchanged, .02, .05, .9, 5000, draws: 1000)!.Value;
        Assert.InRange(ClusteredPower.Passed(Alike(size, 5), ClusteredPower.WithDrop(unchanged, .04), .02, .05, draws: 1000), 0, .01);
    }

    // Doubled until enough, then halved until a hundredth is left: from 1, 199 lies between 198 and 200 when the search ends, 997 between 992 and 1000;
    // from 150, 200 lies between 199 and 201.
    [Theory]
    [InlineData(1, 1, 1), InlineData(2, 1, 2), InlineData(3, 1, 3), InlineData(7, 1, 7), InlineData(64, 1, 64), InlineData(99, 1, 99), InlineData(199, 1, 200), InlineData(200, 150, 201), InlineData(10, 30, 30), InlineData(31, 30, 31)]
    [InlineData(997, 1, 1000), InlineData(1001, 1, 1008), InlineData(1024, 1, 1024)]
    public void The_fewest_behaviors_are_found_to_a_hundredth(int enough, int least, int found)
    {
        var asked = new List<int>();
        Assert.Equal(found, ClusteredPower.Fewest([5, 2], least, 2000, Holds));
        Assert.Equal(asked.Count, asked.Distinct().Count());
        Assert.InRange(asked.Min(), least, 2000);
        if (enough > least) Assert.Null(ClusteredPower.Fewest([5, 2], least, enough - 1, some => some.Count >= enough));
        if (enough > least) Assert.Equal(enough, ClusteredPower.Fewest([5, 2], enough - 1, enough, some => some.Count >= enough));

        bool Holds(IReadOnlyList<int> some)
        {
            asked.Add(some.Count);
            Assert.Equal(Enumerable.Range(0, some.Count).Select(i => i % 2 == 0 ? 5 : 2), some);
            return some.Count >= enough;
        }
    }

    [Fact]
    public void What_is_no_probability_or_no_behavior_is_refused()
    {
        Worked.OutOfRange("correlation is", () => new ClusterFlips(.1, .1, 1.1), () => new ClusterFlips(.1, .1, double.NaN));
        Worked.OutOfRange("add up to more than 1", () => new ClusterFlips(.6, .5, 0));
        Worked.OutOfRange("items is 0", () => new ClusterFlips(.1, .1, 0).Sums(0));
        Worked.Refuses<ArgumentException>("There are no behaviors", () => new ClusterSimulation([]), () => ClusteredPower.Passed([], new ClusterFlips(0, 0, 0), .1, .05));
        Worked.Refuses<ArgumentException>("does not fit 2 items", () => new ClusterSimulation([(1, 2, [0, 1, 0])]), () => new ClusterSimulation([(1, 2, [0, 0, .5, 0, 0])]));
        Worked.OutOfRange("it must be 1 or more", () => new ClusterSimulation([(0, 1, [0, 1, 0])]), () => new ClusterSimulation([(1, 1, [0, 1, 0])]).Passed(.1, .05, 0, new RandomStream(1, "a")));
        Worked.Refuses<ArgumentException>("5 sums that add up to 0.5 does not fit 2 items", () => new ClusterSimulation([(1, 2, [0, .25, .25, 0, 0])]));
        var simulation = new ClusterSimulation([(1, 1, [0, 1, 0])]);
        foreach (var margin in new[] { 0, 1, double.NaN }) Worked.OutOfRange("margin is", () => simulation.Passed(margin, .05, 1, new RandomStream(1, "a")));
        foreach (var alpha in new[] { 0, .5, double.NaN })
            Worked.OutOfRange("alpha is", () => simulation.Passed(.1, alpha, 1, new RandomStream(1, "a")), () => simulation.Regressed(alpha, 1, new RandomStream(1, "a")));
        Worked.OutOfRange("power is 1", () => ClusteredPower.Size([5], new ClusterFlips(0, 0, 0), .1, .05, 1, 10), () => ClusteredPower.Size([5], new ClusterFlips(.01, .01, .3), .1, .05, 1, 60));
    }
}
