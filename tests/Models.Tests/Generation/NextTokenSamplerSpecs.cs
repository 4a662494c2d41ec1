using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Generation;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Generation;

/// <summary>Many rows at once against one row's distribution at a time.</summary>
public sealed class NextTokenSamplerSpecs
{
    private const int Rows = 300, Vocabulary = 97;

    private static readonly SamplingOptions Plain = new() { MaxNewTokens = 1, Temperature = 1, Seed = 0 };

    public static TheoryData<SamplingOptions> Options() =>
    [
        Plain with { Temperature = 0 }, Plain with { Temperature = 0, RepetitionPenalty = 1.7 }, Plain, Plain with { Temperature = 0.3 }, Plain with { Temperature = 2.5 },
        Plain with { TopK = 1 }, Plain with { TopK = 7 }, Plain with { TopK = 1000 }, Plain with { TopP = 0.01 }, Plain with { TopP = 0.6 }, Plain with { TopP = 1 },
        Plain with { MinP = 0 }, Plain with { MinP = 0.2 }, Plain with { MinP = 1 }, Plain with { RepetitionPenalty = 1.3 }, Plain with { RepetitionPenalty = 0.8 },
        Plain with { Temperature = 1.2, TopK = 40, TopP = 0.9, MinP = 0.05, RepetitionPenalty = 1.1 },
    ];

    [Theory, MemberData(nameof(Options))]
    public void Every_row_gets_the_token_of_its_own_distribution(SamplingOptions sampling)
    {
        var stream = new RandomStream(3, "logits");
        var logits = Enumerable.Range(0, Rows * Vocabulary).Select(_ => (float)(3 * stream.NextNormal())).ToArray();
        double[] draws = [0, 0.5, 1 - Math.ScaleB(1, -53), .. Enumerable.Range(3, Rows - 3).Select(_ => stream.NextDouble())];
        int[] Seen(int row) => [row % Vocabulary, (row * 5) % Vocabulary, row % Vocabulary, 90];
        var expected = Enumerable.Range(0, Rows).Select(row =>
        {
            var probabilities = logits.Skip(row * Vocabulary).Take(Vocabulary).Select(logit => (double)logit).ToArray();
            NextTokenDistribution.FromLogits(probabilities, sampling, Seen(row));
            return (long)NextTokenDistribution.Pick(probabilities, sampling.IsGreedy ? 0 : draws[row]);
        });
        using var table = Table(logits);
        using var seen = tensor(Enumerable.Range(0, Rows).SelectMany(Seen).Select(id => (long)id).ToArray(), [Rows, 4]);
        Assert.Equal(expected, NextTokenSampler.Draw(table, sampling, draws, seen));
    }

    // The ways that need no table, against the operators on the device.
    [Theory, InlineData(1), InlineData(7), InlineData(511), InlineData(512), InlineData(513), InlineData(5000)]
    public void Tokens_drawn_without_a_table_are_those_of_the_operators(int vocabulary)
    {
        var stream = new RandomStream(9, "direct");
        var logits = Enumerable.Range(0, 150 * vocabulary).Select(i => i % 17 == 3 && vocabulary > 20 ? float.NegativeInfinity : (float)(4 * stream.NextNormal())).ToArray();
        double[] draws = [0, 0.5, 1 - Math.ScaleB(1, -53), .. Enumerable.Range(3, 147).Select(_ => stream.NextDouble())];
        using var table = tensor(logits, [150, vocabulary]);
        using var column = tensor(draws, [150, 1]);
        foreach (var sampling in new[] { Plain with { Temperature = 0 }, Plain, Plain with { Temperature = 0.01 }, Plain with { Temperature = 900 }, Plain with { TopP = 1, MinP = 0, TopK = 5000 } })
        {
            Assert.True(DirectSampler.Serves(table, sampling));
            using var expected = NextTokenSampler.Ids(table, sampling, column, null);
            Assert.Equal(expected.data<long>().ToArray(), NextTokenSampler.Draw(table, sampling, draws));
        }
        foreach (var sampling in new[] { Plain with { TopK = 4999 }, Plain with { TopP = 0.9 }, Plain with { MinP = 0.1 }, Plain with { RepetitionPenalty = 2 }, Plain with { Temperature = 0, RepetitionPenalty = 2 } })
            Assert.Equal(sampling.TopK > vocabulary, DirectSampler.Serves(table, sampling));
    }

    [Fact]
    public void A_large_table_is_drawn_in_parts()
    {
        const int wide = 3_000_000; // a row alone is most of a part
        using var logits = full([3, wide], -50f);
        for (var row = 0; row < 3; row++) logits[row, 100 + row] = 0;
        Assert.Equal([100, 101, 102], NextTokenSampler.Draw(logits, Plain, [0.5, 0.5, 0.5]));
        logits[2, 102] = 1;
        logits[2, 7] = 0.9f;
        Assert.Equal([100, 101, 7], NextTokenSampler.Draw(logits, Plain with { Temperature = 0, RepetitionPenalty = 2 }, [], tensor(new long[] { 0, 0, 102 }, [3, 1]))); // each part's rows by their numbers in the whole
    }

    [Fact]
    public void The_lowest_id_of_equal_logits_is_taken() =>
        Assert.Equal([1], NextTokenSampler.Draw(Table([0, 2, 1, 2], 4), Plain with { Temperature = 0 }, []));

    [Fact]
    public void Equals_of_the_k_th_likeliest_stay()
    {
        using var logits = Table([0, 0, 0, -9], 4);
        Assert.Equal([0L, 1, 2], new[] { 0.1, 0.5, 0.9 }.Select(draw => NextTokenSampler.Draw(logits, Plain with { TopK = 2 }, [draw])[0]));
    }

    // Four equal tokens at a mass of .75: the tail is at most what is over, .25, so that one of them goes.
    [Fact]
    public void A_tail_of_just_what_is_over_the_mass_goes()
    {
        var sampling = Plain with { TopP = 0.75 };
        Assert.Equal([1L, 2, 3], new[] { 0.1, 0.5, 0.9 }.Select(draw => NextTokenSampler.Draw(Table([0, 0, 0, 0], 4), sampling, [draw])[0]));
        double[] probabilities = [0, 0, 0, 0];
        NextTokenDistribution.FromLogits(probabilities, sampling, []);
        Assert.Equal([1, 2, 3], new[] { 0.1, 0.5, 0.9 }.Select(draw => NextTokenDistribution.Pick(probabilities, draw)));
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void A_row_that_is_no_distribution_gives_no_token_and_leaves_the_others(float wrong)
    {
        foreach (var sampling in new[] { Plain, Plain with { Temperature = 0 }, Plain with { TopK = 2, TopP = 0.9, MinP = 0.1 } })
        {
            Assert.Equal([1, -1, 1], NextTokenSampler.Draw(Table([0, 99, 0, 0, wrong, 0, 0, 99, 0], 3), sampling, [0.5, 0.5, 0.5]));
            Assert.Equal([-1], NextTokenSampler.Draw(Table([float.NegativeInfinity, float.NegativeInfinity], 2), sampling, [0.5]));
            for (var place = 0; place < 41; place++)
            {
                var one = new float[41];
                one[place] = wrong;
                Assert.Equal([-1], NextTokenSampler.Draw(Table(one, 41), sampling, [0.5]));
            }
        }
    }

    private static Tensor Table(float[] logits, int vocabulary = Vocabulary) => tensor(logits, [logits.Length / vocabulary, vocabulary]);
}
