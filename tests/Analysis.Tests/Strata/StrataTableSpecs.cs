using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core;
using SafetyGate.Core.Runs;

namespace SafetyGate.Analysis.Tests.Strata;

public sealed class StrataTableSpecs
{
    // Two hard items and two easy ones. Untrained right on none of the hard, easy-trained on one of two, hard-trained on both:
    // gap 1, recovered .5.
    [Fact]
    public void Accuracies_gap_and_recovered_share_are_those_of_the_definition()
    {
        var table = StrataTable.Of(Small([0, 0], [1, 0], [1, 1]));
        Assert.Equal((0.0, 0.5, 1.0), (table[TrainedOn.None, Stratum.Hard]!.Accuracy, table[TrainedOn.Easy, Stratum.Hard]!.Accuracy, table[TrainedOn.Hard, Stratum.Hard]!.Accuracy));
        Assert.Equal((1.0, 0.5), (table.Gap, table.Recovered.Value));
        Assert.Equal(new Limits(1, 1), table.GapLimits); // every draw of items has the same gap
        Assert.Equal(new Limits(0, 1), table.RecoveredLimits); // the one item twice, or the other
        Assert.Null(table[TrainedOn.Medium, Stratum.Hard]);
    }

    // The accuracies' standard errors: untrained √(.5·.5/200) = .0354; the limits of the gap reach about 1.645·√(.0354² + .0118²) = .061
    // around .3 at most; items are paired and independent here.
    [Fact]
    public void Limits_of_the_gap_are_as_wide_as_the_normal_ones()
    {
        var table = StrataTable.Of(Planted.Result(0.5, 0.8, 0.8, seeds: 5));
        Assert.InRange(table.GapLimits.Upper - table.GapLimits.Lower, 0.085, 0.145);
        Assert.True(table.GapLimits.Contains(table.Gap));
    }

    [Fact]
    public void Limits_are_wider_where_seeds_differ_than_where_items_alone_do()
    {
        var alike = Planted.Result(0.3, 0.7, 0.7);
        var hard = alike.Of(Stratum.Hard).ToHashSet();
        // The same mean over seeds: in two of five trainings hard items fail altogether, in the others more are right.
        var varied = alike with { Arms = [.. alike.Arms.Select(arm => arm.TrainedOn != TrainedOn.Hard ? arm : arm with { Scores = [.. arm.Scores.Select((score, i) => !hard.Contains(i) ? score : arm.Seed <= 2 ? 0 : Math.Min(1, score + 0.3))] })] };
        var (narrow, wide) = (StrataTable.Of(alike).GapLimits, StrataTable.Of(varied).GapLimits);
        Assert.True(wide.Upper - wide.Lower > 2 * (narrow.Upper - narrow.Lower));
    }

    [Fact]
    public void A_gap_that_may_be_nothing_sets_no_limit_of_the_share()
    {
        var table = StrataTable.Of(Planted.Result(0.5, 0.5, 0.52));
        Assert.True(table.GapLimits.Contains(0));
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), (table.RecoveredLimits.Lower, table.RecoveredLimits.Upper));
    }

    [Fact]
    public void A_table_has_as_many_seeds_as_the_arm_with_the_fewest()
    {
        var result = Planted.Result(0.4, 0.7, 0.8, seeds: 3);
        Assert.Equal(3, StrataTable.Of(result).Seeds);
        foreach (var arm in new[] { TrainedOn.Easy, TrainedOn.Hard })
            Assert.Equal(2, StrataTable.Of(result with { Arms = [.. result.Arms.Where(one => one.TrainedOn != arm || one.Seed > 1)] }).Seeds);
    }

    // Training on hard data may lower accuracy, and training on easy data too: the share is of that gap.
    [Theory]
    [InlineData(0.5, 0.4, 0.3, 0.5), InlineData(0.5, 0.6, 0.3, -0.5), InlineData(0.5, 0.5, 0.41, null)]
    public void A_gap_downwards_is_a_gap(double unsupervised, double easy, double hard, double? recovered) =>
        Assert.Equal(recovered, GapRecovered.Of(unsupervised, easy, hard, 0.1).Value is { } value ? Math.Round(value, 12) : null);

    [Fact]
    public void A_result_has_one_interval_however_often_it_is_asked() =>
        Assert.Equal(StrataTable.Of(Planted.Result(0.4, 0.7, 0.8)).RecoveredLimits, StrataTable.Of(Planted.Result(0.4, 0.7, 0.8)).RecoveredLimits);

    [Theory]
    [InlineData(0), InlineData(0.5), InlineData(double.NaN), InlineData(0.001)]
    public void A_level_that_the_draws_cannot_give_is_refused(double alpha) =>
        Assert.Throws<ArgumentException>(() => StrataTable.Of(Planted.Result(0.4, 0.7, 0.8), alpha));

    [Fact]
    public void What_is_no_evidence_is_refused_with_one_sentence()
    {
        var good = Planted.Result(0.4, 0.7, 0.8);
        Refused("no test item is hard (easy ≤ 0, hard ≥ 7; hardness goes from 0 to 2)", good with { Hardness = good.Hardness with { HardAtLeast = 7 } });
        Refused("no test item is easy", good with { Hardness = good.Hardness with { EasyAtMost = -1 } });
        Refused("only one test item is hard", good with { Items = [good.Items[0], good.Items[3], good.Items[2]], Arms = [.. good.Arms.Select(arm => arm with { Scores = [1, 1, 1] })] });
        Refused("every arm fails all 200 hard items", good with { Arms = [.. good.Arms.Select(arm => arm with { Scores = [.. good.Items.Select(_ => 0.0)] })] });
        Refused("there is no arm trained on hard items", good with { Arms = [.. good.Arms.Where(arm => arm.TrainedOn != TrainedOn.Hard)] });
        Refused("is there twice", good with { Arms = [.. good.Arms, good.Arms[0]] });
        Refused("has 599 scores and there are 600 items", good with { Arms = [good.Arms[0] with { Scores = [.. good.Arms[0].Scores.Skip(1)] }, .. good.Arms.Skip(1)] });
        Refused("not in [0, 1]", good with { Arms = [good.Arms[0] with { Scores = [double.NaN, .. good.Arms[0].Scores.Skip(1)] }, .. good.Arms.Skip(1)] });
        Refused("no finite hardness", good with { Items = [good.Items[0] with { Hardness = double.NaN }, .. good.Items.Skip(1)] });
        Refused("ids must be unique", good with { Items = [good.Items[1], .. good.Items.Skip(1)] });
        Refused("smallest gap is 0", good with { SmallestGap = 0 });
        Refused("there are no test items", good with { Items = [] });
        Refused("must be in this order", good with { Hardness = good.Hardness with { EasyAtMost = 3 } });

        static void Refused(string says, StrataResult result) => Assert.Contains(says, Assert.Throws<UserErrorException>(() => StrataTable.Of(result)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trend_is_the_slope_for_one_standard_deviation()
    {
        // Hardness 0 and 1 have a standard deviation of .5; accuracy falls from 1 to 0, so by .5 for one deviation.
        var trend = HardnessTrend.Of([0, 0, 1, 1], [1, 1, 0, 0])!;
        Assert.Equal(-0.5, trend.Slope, 12);
        Assert.Null(HardnessTrend.Of([3, 3, 3], [1, 0, 1]));
        Assert.Throws<ArgumentException>(() => HardnessTrend.Of([1], [1]));
    }

    [Fact]
    public void The_trend_of_untrained_models_is_that_of_their_mean()
    {
        var result = Planted.Result(0.4, 0.7, 0.8);
        StrataArm Untrained(ulong seed, Func<int, double> score) => new() { TrainedOn = TrainedOn.None, Seed = seed, Scores = [.. result.Items.Select((_, i) => score(i))] };
        var (rising, flat) = (Untrained(8, i => result.Items[i].Hardness / 2), Untrained(9, _ => 0.5));
        result = result with { Arms = [rising, flat, .. result.Arms.Where(arm => arm.TrainedOn != TrainedOn.None)] };
        Assert.Equal(HardnessTrend.Of([.. result.Items.Select(item => item.Hardness)], [.. result.Items.Select(item => (item.Hardness + 1) / 4)])!.Slope, HardnessTrend.OfUntrained(result)!.Slope, 12);
    }

    [Fact]
    public void Shuffled_hardness_shows_no_trend_and_the_true_one_does()
    {
        var random = new RandomStream(1, "trend");
        double[] hardness = [.. Enumerable.Range(0, 600).Select(i => i % 5)];
        double[] scores = [.. hardness.Select(place => random.NextDouble() < 0.9 - (0.1 * place) ? 1.0 : 0)];
        Assert.True(HardnessTrend.Of(hardness, scores)!.Falls);
        Assert.Contains("falls from easy to hard", HardnessTrend.Of(hardness, scores)!.ToString(), StringComparison.Ordinal);
        var shown = Enumerable.Range(0, 40).Count(_ =>
        {
            random.Shuffle(hardness);
            return HardnessTrend.Of(hardness, scores, draws: 400)!.IsShown;
        });
        Assert.InRange(shown, 0, 10); // 4 of 40 on average at .05 each side
    }

    [Theory]
    [InlineData(new[] { 2.0, 3 }, new[] { 1.0, 0 }, 1)]
    [InlineData(new[] { 1.0, 0 }, new[] { 2.0, 3 }, 0)]
    [InlineData(new[] { 1.0, 2 }, new[] { 1.0, 2 }, 0.5)]
    [InlineData(new[] { 1.0 }, new[] { 1.0, 0 }, 0.75)]
    public void The_area_counts_pairs_and_half_of_ties(double[] positives, double[] negatives, double area) => Assert.Equal(area, MeasuredHardness.Auc(positives, negatives), 12);

    [Fact]
    public void Measured_hardness_is_the_mean_distance_from_certainty()
    {
        Assert.Equal(0.4, MeasuredHardness.Of([0.5, 0.7]), 12);
        Assert.Throws<ArgumentException>(() => MeasuredHardness.Of([]));
        Assert.Throws<ArgumentException>(() => MeasuredHardness.Of([1.5]));
    }

    [Fact]
    public void Cuts_move_apart_where_many_items_share_a_hardness()
    {
        Assert.Equal(new StratumCuts(1, 2), new StratumChoice().For([1, 1, 1, 1, 2]));
        Assert.Equal(new StratumCuts(1, 2), new StratumChoice().For([1, 2, 2, 2, 2]));
        Assert.Equal(new StratumCuts(2, 5), new StratumChoice { Thresholds = new(2, 5) }.For([1, 9]));
        Assert.Contains("All 3 items have the hardness 4", Assert.Throws<UserErrorException>(() => new StratumChoice().For([4, 4, 4])).Message, StringComparison.Ordinal);
    }

    private static StrataResult Small(double[] untrained, double[] easy, double[] hard) => new()
    {
        Benchmark = "small",
        BenchmarkDigest = "",
        Hardness = new() { Source = "column h", EasyAtMost = 0, HardAtLeast = 1 },
        Training = new() { Trainer = "probe" },
        Items = [new("a", 0), new("b", 0), new("c", 1), new("d", 1)],
        Arms =
        [
            new() { TrainedOn = TrainedOn.None, Seed = 0, Scores = [1, 1, .. untrained] },
            new() { TrainedOn = TrainedOn.Easy, Seed = 1, Scores = [1, 1, .. easy] },
            new() { TrainedOn = TrainedOn.Hard, Seed = 1, Scores = [1, 1, .. hard] },
        ],
    };
}
