using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Calibration;

/// <summary>Power, underpowered gates and the simulated benchmarks where items share behaviors.</summary>
public sealed class ClusterCalibrationSpecs
{
    private static int[] Alike(int clusters, int items) => [.. Enumerable.Repeat(items, clusters)];

    [Fact]
    public void Every_simulated_benchmark_has_the_drop_it_is_of()
    {
        foreach (var kind in Enum.GetValues<ClusterFlipKind>())
            foreach (var strength in ClusterScenario.Strengths(kind))
                foreach (var items in new[] { 1, 2, 5 })
                {
                    var sums = new ClusterScenario(kind, [items], .03, .05, strength).Sums(items);
                    Assert.Equal(1, sums.Sum(), 1e-12);
                    Assert.Equal(-.03, sums.Select((p, i) => p * (i - items) / items).Sum(), 1e-12);
                }
    }

    [Fact]
    public void Flips_are_of_the_kind_they_are_called()
    {
        Assert.Equal([.055, 0, .92, 0, .025], Rounded(new ClusterScenario(ClusterFlipKind.Whole, [2], .03, .05, 0)));
        Assert.Equal([Math.Round(.055 * .055, 9), Math.Round(2 * .055 * .92, 9), Math.Round(.92 * .92 + 2 * .055 * .025, 9), Math.Round(2 * .025 * .92, 9), Math.Round(.025 * .025, 9)], Rounded(new ClusterScenario(ClusterFlipKind.Alone, [2], .03, .05, 0)));
        Assert.Equal(.025, new ClusterScenario(ClusterFlipKind.GainsWhole, [5], .03, .05, 0).Sums(5)[10], 1e-12);
        Assert.Equal(0, new ClusterScenario(ClusterFlipKind.GainsWhole, [5], .03, .05, 0).Sums(5)[6]);
        Assert.InRange(new ClusterScenario(ClusterFlipKind.DropOfWholeBehaviors, [5], .03, .05, .5).Sums(5)[0], .015, .0151);
        var uneven = new ClusterScenario(ClusterFlipKind.Uneven, [2], .03, 0, .3).Sums(2);
        Assert.Equal(.03 * .03 + .3 * .03 * .97, uneven[0], 1e-12); // P(both lost) of a beta-binomial: p² + ρ p(1 − p)

        static double[] Rounded(ClusterScenario scenario) => [.. scenario.Sums(2).Select(p => Math.Round(p, 9))];
    }

    [Fact]
    public void Power_of_behaviors_that_flip_whole_is_that_of_as_many_items()
    {
        var whole = new PowerQuestion { Items = 840, Sizes = Alike(168, 5), Margin = .05, Discordance = .02, Drop = .1 }.Answer();
        var items = new PowerQuestion { Items = 168, Margin = .05, Discordance = .02, Drop = .1 }.Answer();
        Assert.Equal((items.PassProbability, items.PlannedItems, items.SmallestMargin, items.DropIsRegressed, items.DropIsNotPassed), (whole.PassProbability, whole.PlannedItems, whole.SmallestMargin, whole.DropIsRegressed, whole.DropIsNotPassed));
        Assert.Equal(items.DropSeenAsRegressed!.Value, whole.DropSeenAsRegressed!.Value, 2e-3);
        Assert.True(whole.CanWork);
        Assert.InRange(whole.ItemsForRegressed!.Value, items.ItemsForRegressed!.Value * .9, items.ItemsForRegressed.Value * 1.1);
        Assert.Equal(118, whole.ItemsForNotPassed);
    }

    [Fact]
    public void Fewer_behaviors_are_needed_the_less_their_items_are_alike()
    {
        int Needed(double correlation) => new PowerQuestion { Sizes = [5], Correlation = correlation, Margin = .03, Discordance = .02 }.Answer().PlannedItems!.Value;
        Assert.Equal(281, Needed(1));
        Assert.InRange(Needed(.3), Needed(0) + 1, 280);
        Assert.Null(new PowerQuestion { Sizes = [5], Margin = .03, Discordance = .02 }.Answer().PassProbability);
        Assert.Equal(281, new PowerQuestion { Sizes = [1], Margin = .03, Discordance = .02 }.Answer().PlannedItems);
    }

    [Fact]
    public void Questions_about_behaviors_without_items_are_refused()
    {
        Assert.Contains("The behaviors hold no items", Assert.Single(new PowerQuestion { Sizes = [5, 0], Margin = .03, Discordance = .02 }.Problems()), StringComparison.Ordinal);
        Assert.Contains("The behaviors hold no items", Assert.Single(new PowerQuestion { Sizes = [], Margin = .03, Discordance = .02 }.Problems()), StringComparison.Ordinal);
        foreach (var correlation in new[] { -.1, 1.1, double.NaN })
            Assert.Contains("The correlation is", Assert.Single(new PowerQuestion { Sizes = [5], Correlation = correlation, Margin = .03, Discordance = .02 }.Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_whose_behaviors_are_too_few_is_underpowered()
    {
        var settings = Fake.TwoPoints;
        var underpowered = UnderpoweredGate.Find("m", Alike(120, 5), settings, 0, 1)!;
        var items = UnderpoweredGate.Find("m", 120, settings, 0)!;
        Assert.Equal((600, 120, items.SufficientItems, items.PassProbability), (underpowered.Items, underpowered.Behaviors, underpowered.SufficientItems, underpowered.PassProbability));
        Assert.Equal(items.SufficientMargin, underpowered.SufficientMargin);
        Assert.Contains("m: with 600 items in 120 behaviors, margin 2 points", underpowered.ToString(), StringComparison.Ordinal);
        Assert.Contains("133 behaviors would do at this margin", underpowered.ToString(), StringComparison.Ordinal);
        Assert.Null(UnderpoweredGate.Find("m", Alike(168, 5), settings, 0, 1));
        Assert.NotNull(UnderpoweredGate.Find("m", Alike(168, 5), settings, .02, 1));
        Assert.Null(UnderpoweredGate.Find("m", Alike(220, 5), settings, .02, 0));
        Assert.Equal(UnderpoweredGate.Find("m", 300, settings, .04)!.ToString(), UnderpoweredGate.Find("m", Alike(300, 1), settings, .04, .5)!.ToString());
    }

    [Fact]
    public void What_two_results_say_of_their_behaviors()
    {
        var plain = Fake.Measured("11110000");
        var shared = plain with { Items = [.. plain.Items.Select((item, i) => item with { Behavior = Invariant($"b{i / 2}") })] };
        Assert.Null(Discordance.Sizes(plain));
        Assert.Equal([2, 2, 2, 2], Discordance.Sizes(shared));
        var other = shared with { Items = [.. shared.Items.Select((item, i) => i < 2 ? item with { Scores = [0] } : item)] };
        Assert.Equal(1, Discordance.Correlation(shared, other));
        Assert.Equal(1, Discordance.Correlation(shared, shared));
    }

    [Fact]
    public void A_metric_of_shared_behaviors_is_calibrated_by_simulation()
    {
        var error = MarginError.WorstOfBehaviors(Alike(168, 5), Fake.TwoPoints with { Margin = .05 });
        Assert.Equal((840, .05, 20_000), (error.Items, error.Margin, error.Simulated));
        Assert.InRange(error.PassProbability, .04, .06);
        Assert.True(CalibrationRules.AtTheMargin("m", error).Holds);
        Assert.Contains("of 20000", CalibrationRules.AtTheMargin("m", error).Evidence, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => MarginError.WorstOfBehaviors([5], new GateSettings { Margin = 2 }));
    }

    [Fact]
    public void The_alternatives_are_the_rules_they_are_called()
    {
        double[] values = [-1, 0, 1];
        int[] counts = [2, 165, 1];
        double[] all = [-1, -1, .. new double[165], 1];
        Assert.Equal(StudentMean.Of(all).Limits(.95, IntervalSide.Lower)!.Value.Lower > -.03, ClusterAlternatives.StudentT(values, counts, .03, .05));
        Assert.True(ClusterAlternatives.StudentT(values, [0, 9, 0], .01, .05)); // no variance: the error of the interval
        Assert.Equal(new SequentialPairedTest(all, .03, .05).LogCapitalNonInferior[^1] >= Math.Log(20), ClusterAlternatives.GridKelly(values, counts, .03, .05));
        Assert.True(ClusterAlternatives.GridKelly(values, [0, 400, 0], .03, .05));
        Assert.True(ClusterAlternatives.Gaffke(values, [0, 149, 0], .02, .05)); // .98^149 < .05 < .98^148
        Assert.False(ClusterAlternatives.Gaffke(values, [0, 148, 0], .02, .05));
        Assert.False(ClusterAlternatives.Gaffke(values, [9, 100, 0], .02, .05));
        var never = new ClusterScenario(ClusterFlipKind.Whole, Alike(133, 1), .000001, 0, 0);
        Assert.Equal(0, ClusterAlternatives.ItemsAlone(never, .05, 10, new RandomStream(1, "a")));
        var whole = new ClusterScenario(ClusterFlipKind.Whole, Alike(168, 5), .02, .02, 0);
        Assert.InRange(ClusterAlternatives.ItemsAlone(whole, .05, 2000, new RandomStream(1, "a")), .2, .5);
    }

    [Fact]
    public void The_page_has_its_command_and_every_row()
    {
        var found = ClusterCalibration.Run(1000);
        Assert.Equal(31, found.AtTheMargin.Count);
        Assert.Equal(27, found.Power.Count);
        Assert.All(found.Power, row => Assert.InRange(row.UnchangedPasses, .9, 1));
        Assert.All(found.Power, row => Assert.InRange(row.TwiceNotPassed, .99, 1));
        Assert.All(found.AtTheMargin, row => Assert.InRange((double)row.Passed / row.Draws, 0, .06 + 4.5 * Math.Sqrt(.06 * .94 / 1000))); // the whole grid is docs/clusters.md
        Assert.All(found.AtTheMargin.Where(row => row.Sizes == "5" && row.Kind == ClusterFlipKind.Whole), row => Assert.True(row.ItemsAlone > .15));
        var page = ClusterPage.ToMarkdown(found, 1000);
        Assert.StartsWith("# Items that share behaviors\n\nWritten by `./gate calibrate clusters --draws 1000 --out docs/clusters.md`", page, StringComparison.Ordinal);
        Assert.Equal(31 + 27, page.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal)) - 6);
    }
}
