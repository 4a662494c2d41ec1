using SafetyGate.Core.Runs;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Calibration;

public sealed class PlantedDropSpecs
{
    private static RandomStream Stream(int seed = 1) => new((ulong)seed, "planted");

    [Fact]
    public void The_mean_of_many_planted_drops_is_the_drop()
    {
        // 200 × 500 items of which 450 are good; each of those turns with .1/.9 = 1/9. Flips ~ Bin(90000, 1/9): mean 10000, deviation 94.3.
        var real = Fake.Measured(new string('1', 450) + new string('0', 50));
        var flipped = Enumerable.Range(0, 200).Sum(r => PlantedDrop.In(real, 0.1, Stream(r)).Items.Count(i => i.Scores[0] == 0) - 50);
        Assert.InRange(flipped, 10000 - 5 * 94, 10000 + 5 * 94);
    }

    [Fact]
    public void A_drop_of_the_whole_share_turns_every_good_item()
    {
        var real = Fake.Measured("11110");
        Assert.All(PlantedDrop.In(real, 0.8, Stream()).Items, i => Assert.Equal(0, i.Scores[0]));
    }

    [Fact]
    public void Only_good_items_turn_and_unscored_ones_stay()
    {
        var real = Fake.Measured(new string('1', 50) + "?0");
        var planted = PlantedDrop.In(real, 0.5, Stream());
        Assert.Null(planted.Items[50].Scores[0]);
        Assert.Equal(0, planted.Items[51].Scores[0]);
        Assert.All(real.Items.Zip(planted.Items), p => Assert.Equal(p.First.Scores[0] == p.Second.Scores[0], p.First.ResponseDigests[0] == p.Second.ResponseDigests[0]));
        Assert.False(Comparability.SameModelAndOptions(real, planted));
    }

    [Fact]
    public void The_same_stream_plants_the_same_drop()
    {
        var real = Fake.Measured(new string('1', 200));
        string Scores(int seed) => string.Concat(PlantedDrop.In(real, 0.2, Stream(seed)).Items.Select(i => i.Scores[0]));
        Assert.Equal(Scores(3), Scores(3));
        Assert.NotEqual(Scores(3), Scores(4));
    }

    [Theory]
    [InlineData(0), InlineData(-0.1), InlineData(0.81), InlineData(double.NaN)]
    public void A_drop_that_is_no_drop_or_more_than_there_is_to_lose_is_refused(double drop) =>
        Assert.Throws<ArgumentException>(() => PlantedDrop.In(Fake.Measured("11110"), drop, Stream()));

    [Fact]
    public void Graded_scores_are_refused()
    {
        var real = Fake.Measured("11");
        Assert.Throws<ArgumentException>(() => PlantedDrop.In(real with { Items = [real.Items[0] with { Scores = [0.5] }] }, 0.1, Stream()));
        Assert.Throws<ArgumentException>(() => PlantedDrop.In(real with { Items = [real.Items[0] with { Scores = [1, 1] }] }, 0.1, Stream()));
    }

    [Fact]
    public void Samples_are_split_into_pairs_of_draws_and_one_left_over_is_not_used()
    {
        var one = Fake.Measured("1");
        var drawn = one with
        {
            Sampling = one.Sampling with { Temperature = 1, SamplesPerPrompt = 5 },
            Items = [one.Items[0] with { Scores = [1, null, 0, null, 1], ResponseDigests = ["a", "b", "c", "d", "e"], UnscoredReasons = ["empty", "truncated"] }],
        };
        var pairs = SampleSplit.Pairs(drawn);
        Assert.Equal(2, pairs.Count);
        Assert.Equal(["c"], pairs[1].Before.Items[0].ResponseDigests);
        Assert.Equal(["truncated"], pairs[1].After.Items[0].UnscoredReasons);
        Assert.Equal(4, pairs.SelectMany(p => new[] { p.Before, p.After }).Select(m => m.Sampling.Seed).Distinct().Count());
        Assert.All(pairs, p => Assert.Equal(1, p.Before.Sampling.SamplesPerPrompt));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSplit.Take(drawn, 5));
        Assert.Throws<ArgumentException>(() => SampleSplit.Pairs(one));
    }

    [Fact]
    public void Where_items_share_behaviors_a_behavior_turns_whole_or_not_at_all()
    {
        var real = InBehaviors(new string('1', 120), 4);
        foreach (var seed in Enumerable.Range(0, 20))
        {
            var planted = PlantedDrop.In(real, 0.3, Stream(seed));
            Assert.All(planted.Items.GroupBy(i => i.Behavior), behavior => Assert.Single(behavior.Select(i => i.Scores[0]).Distinct()));
        }

        // 2000 × 30 behaviors, each turning with .3: Bin(60000, .3) has the mean 18000 and the deviation 112.2.
        var turned = Enumerable.Range(0, 2000).Sum(r => PlantedDrop.In(real, 0.3, Stream(r)).Items.Count(i => i.Scores[0] == 0) / 4);
        Assert.InRange(turned, 18000 - 5 * 112, 18000 + 5 * 112);
    }

    [Fact]
    public void The_drop_is_that_of_the_rate_over_behaviors()
    {
        // Behaviors of rates 1, 1, 0 and ½, and an item of its own of rate 1: .7 is the most that can be lost, though 7 of 11 items are good.
        var real = InBehaviors("111" + "111" + "000" + "10", 3);
        real = real with { Items = [.. real.Items.Take(10), real.Items[10] with { Behavior = real.Items[9].Behavior }, Fake.Item(11, 1)] };
        Assert.Null(PlantedDrop.Problem(real, 0.7));
        Assert.Contains("at most 0.7, its rate over behaviors", PlantedDrop.Problem(real, 0.71), StringComparison.Ordinal);
        Assert.All(PlantedDrop.In(real, 0.7, Stream()).Items, i => Assert.Equal(0, i.Scores[0]));
    }

    [Fact]
    public void A_planted_drop_of_whole_behaviors_is_harder_to_pass_over_than_one_of_items()
    {
        // The gate decides on behaviors; single items that flip inside of them would be seen more surely than what really happens.
        var real = InBehaviors(new string('1', 500), 5);
        var random = Stream();
        var worse = Enumerable.Range(0, 200).Select(_ => PairedComparison.Of(real, PlantedDrop.In(real, 0.1, random)).Units.Count(u => u.WorstDifference < 0)).Average();
        Assert.InRange(worse, 8.5, 11.5); // 100 behaviors, of which .1 turn; of items by themselves 41 behaviors would have got worse
    }

    private static SafetyGate.Harness.Evaluation.Measurement InBehaviors(string outcomes, int size)
    {
        var measured = Fake.Measured(outcomes);
        return measured with { Items = [.. measured.Items.Select((item, i) => item with { Behavior = Invariant($"b{i / size}") })] };
    }
}
