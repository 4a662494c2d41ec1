using SafetyGate.Core.Language;
using SafetyGate.Models.Generation;

namespace SafetyGate.Models.Tests.Generation;

/// <summary>Small distributions worked out by hand.</summary>
public sealed class NextTokenDistributionSpecs
{
    private const double Rounding = 1e-14;

    private static readonly SamplingOptions Plain = new() { MaxNewTokens = 1, Temperature = 1, Seed = 0 };

    // Probabilities .1, .4, .2, .3.
    private static double[] Logits() => [Math.Log(0.1), Math.Log(0.4), Math.Log(0.2), Math.Log(0.3)];

    [Fact]
    public void Temperature_one_gives_the_softmax() => Expect(Plain, [0.1, 0.4, 0.2, 0.3]);

    [Fact]
    public void Temperature_one_half_squares_the_odds() => // squares .01 .16 .04 .09, together .30
        Expect(Plain with { Temperature = 0.5 }, [0.01 / 0.3, 0.16 / 0.3, 0.04 / 0.3, 0.09 / 0.3]);

    [Fact]
    public void Top_k_keeps_the_k_likeliest() => Expect(Plain with { TopK = 2 }, [0, 4 / 7.0, 0, 3 / 7.0]);

    [Fact]
    public void Top_k_beyond_the_vocabulary_keeps_all() => Expect(Plain with { TopK = 9 }, [0.1, 0.4, 0.2, 0.3]);

    [Fact]
    public void Top_p_keeps_the_smallest_set_that_reaches_p()
    {
        Expect(Plain with { TopP = 0.65 }, [0, 4 / 7.0, 0, 3 / 7.0]); // .4 + .3 reach .65
        Expect(Plain with { TopP = 0.75 }, [0, 4 / 9.0, 2 / 9.0, 3 / 9.0]); // .4 + .3 do not reach .75
        Expect(Plain with { TopP = 0.01 }, [0, 1, 0, 0]); // the likeliest always stays
        Expect(Plain with { TopP = 1 }, [0.1, 0.4, 0.2, 0.3]);
    }

    [Fact]
    public void Min_p_keeps_what_has_its_share_of_the_likeliest()
    {
        Expect(Plain with { MinP = 0.6 }, [0, 4 / 7.0, 0, 3 / 7.0]); // .24 at least
        Expect(Plain with { MinP = 1 }, [0, 1, 0, 0]);
        Expect(Plain with { MinP = 0 }, [0.1, 0.4, 0.2, 0.3]);
    }

    [Fact]
    public void Each_filter_sees_what_the_one_before_left() => // top-k 3 leaves 4/9 2/9 3/9; 4/9 + 3/9 reach .7, though .4 + .3 of all would not have reached .75
        Expect(Plain with { TopK = 3, TopP = 0.75 }, [0, 4 / 7.0, 0, 3 / 7.0]);

    [Fact]
    public void The_repetition_penalty_divides_positive_and_multiplies_negative_logits_once()
    {
        double[] logits = [2, -1, 0.5];
        NextTokenDistribution.FromLogits(logits, Plain with { RepetitionPenalty = 2 }, [0, 1, 1, 0]);
        double[] weights = [Math.Exp(1), Math.Exp(-2), Math.Exp(0.5)];
        Close([.. weights.Select(weight => weight / weights.Sum())], logits);
    }

    [Fact]
    public void Greedy_gives_all_to_the_lowest_id_of_the_largest_logits()
    {
        double[] logits = [1, 3, 2, 3];
        Assert.Equal(1, NextTokenDistribution.Largest(logits));
        NextTokenDistribution.FromLogits(logits, Plain with { Temperature = 0 }, []);
        Assert.Equal([0, 1, 0, 0], logits);
    }

    [Theory]
    [InlineData(0.0, 1), InlineData(0.2499, 1), InlineData(0.25, 3), InlineData(0.9999999, 3)]
    public void A_draw_picks_the_token_whose_stretch_it_falls_into(double draw, int id) =>
        Assert.Equal(id, NextTokenDistribution.Pick([0, 0.25, 0, 0.75], draw));

    [Fact]
    public void A_draw_beyond_a_sum_rounded_down_picks_the_last_possible_token() =>
        Assert.Equal(1, NextTokenDistribution.Pick([0.5, 0.4999999, 0], 0.99999999));

    [Theory]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Broken_logits_are_refused(double broken) =>
        Assert.Throws<ArgumentException>(() => NextTokenDistribution.FromLogits([0, broken, 1], Plain, []));

    private static void Expect(SamplingOptions sampling, double[] expected)
    {
        var logits = Logits();
        NextTokenDistribution.FromLogits(logits, sampling, []);
        Close(expected, logits);
    }

    private static void Close(double[] expected, double[] actual)
    {
        foreach (var (i, probability) in expected.Index()) Assert.Equal(probability, actual[i], Rounding);
    }
}
