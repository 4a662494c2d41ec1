using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Divergence;

public sealed class KlMeasurementSpecs
{
    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, SamplesPerPrompt = 2, Seed = 1 };

    // Two responses to each of 100 prompts, the KL of which is 1 nat but for the last, at 3: mean 1.02, squares about it
    // 99·.02² + 1.98² = 3.96, standard error √(3.96/99/100) = .02. By k1 the prompts are at 0 and 2 in turn: mean 1, squares 100.
    private static KlMeasurement Hundred => KlMeasurement.Of(
    [
        .. Enumerable.Range(0, 100).Select(i => new KlSample(Id(i), 0, 3, i == 99 ? 2 : 0.5, i % 2 == 0 ? -1 : 1, i % 2 == 0 ? 0.6 : 1)),
        .. Enumerable.Range(0, 100).Reverse().Select(i => new KlSample(Id(i), 1, 3, i == 99 ? 4 : 1.5, i % 2 == 0 ? 1 : 3, i % 2 == 0 ? 0.8 : 1.2)),
    ], AtOne);

    private static readonly double[] Zeros = new double[99];

    [Fact]
    public void Responses_are_averaged_to_prompts_and_prompts_to_the_mean()
    {
        Assert.Equal((100, 200, true, null), (Hundred.Prompts, Hundred.Responses, Hundred.IsUsable, Hundred.WhyNot));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => KeyValuePair.Create(Id(i), i == 99 ? 3.0 : 1.0)), Hundred.PromptKl);
        Assert.Equal([2, 4], Hundred.ResponseKl[99]);
        Assert.Equal(1.02, Hundred.Mean!.Value, 12);
        Assert.Equal(3.0 / 102, Hundred.LargestShare!.Value, 12);
        Assert.Equal(1, Hundred.K1Mean!.Value, 12);
        Assert.Equal(0.9, Hundred.K3Mean!.Value, 12);
        Assert.Equal(1 - (3.96 / 100), Hundred.VarianceSaved!.Value, 12);
    }

    // t(99): .95 → 1.660391, .975 → 1.984217
    [Theory]
    [InlineData(IntervalSide.Two, 0.980316, 1.059684)]
    [InlineData(IntervalSide.Lower, 0.986792, double.PositiveInfinity)]
    [InlineData(IntervalSide.Upper, double.NegativeInfinity, 1.053208)]
    public void The_limits_are_students_and_open_on_the_other_side(IntervalSide side, double lower, double upper)
    {
        var limits = Hundred.Limits(0.95, side)!.Value;
        Assert.Equal(lower, limits.Lower, 6);
        Assert.Equal(upper, limits.Upper, 6);
    }

    [Fact]
    public void The_lower_limit_is_not_below_0()
    {
        var one = Measured([.. Zeros, 2]); // mean .02, standard error .02
        Assert.Equal(0.0, one.Limits(0.95, IntervalSide.Lower)!.Value.Lower);
        Assert.Equal(0.053208, one.Limits(0.95, IntervalSide.Upper)!.Value.Upper, 6);
        Assert.Equal(1, one.LargestShare!.Value, 12);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(1.5), InlineData(double.NaN)]
    public void A_level_outside_0_and_1_is_refused_even_where_there_are_no_limits(double level)
    {
        foreach (var kl in new[] { Hundred, Measured([]) })
            Assert.Contains(Invariant($"level is {level}"), Assert.Throws<ArgumentOutOfRangeException>(() => kl.Limits(level)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, double?, double[]> Unusable() => new()
    {
        { "there are no prompts", null, [] },
        { "infinite or not a number", null, [double.NaN, 1, .. Zeros] },
        { "infinite or not a number", null, [double.PositiveInfinity, 1, .. Zeros] },
        { "infinite or not a number", null, [1e308, 1e308, .. Zeros] },
        { "a KL is -0.5; it can only be 0 or more", 0, [-0.5, 0.5, .. Zeros] },
        { "99 prompts; 100 are the fewest", 1, [99, .. Zeros[1..]] },
        { "the KL is 0.25 nats on every prompt", 0.25, [.. Enumerable.Repeat(0.25, 100)] },
        { "the KL is 0 nats on every prompt", 0, [0, .. Zeros] },
    };

    [Theory, MemberData(nameof(Unusable))]
    public void What_says_nothing_has_a_reason_and_no_limits(string why, double? mean, double[] values)
    {
        var kl = Measured(values);
        Assert.Contains(why, kl.WhyNot, StringComparison.Ordinal);
        Assert.Equal((false, null, mean), (kl.IsUsable, kl.Limits(0.95), kl.Mean));
        if (mean is null) Assert.Equal((null, null), (kl.LargestShare, kl.VarianceSaved));
    }

    [Fact]
    public void Zeros_have_no_largest_share() => Assert.Equal((0.0, null), (Measured([0, .. Zeros]).Mean, Measured([0, .. Zeros]).LargestShare));

    [Fact]
    public void Under_sampling_that_cuts_responses_off_nothing_is_averaged()
    {
        var greedy = KlMeasurement.Of([Response(0, 1), Response(0, 2), Response(1, 1)], AtOne with { Temperature = 0 });
        Assert.Equal((2, 0, null), (greedy.Prompts, greedy.Responses, greedy.Mean));
        Assert.Empty(greedy.PromptKl);
        Assert.Contains("greedy", greedy.WhyNot, StringComparison.Ordinal);
    }

    public static TheoryData<string, KlSample, SamplingOptions> Damaged() => new()
    {
        { "a response to prompt 'p7' has 0 tokens", Good(7) with { Tokens = 0 }, One },
        { "a response to prompt 'p7' has -1 tokens", Good(7) with { Tokens = -1 }, One },
        { "a response to prompt 'p7' has 9 tokens, and 8 new ones are allowed", Good(7) with { Tokens = 9 }, One },
        { "k1 Infinity and k3 7", Good(7) with { K1 = double.PositiveInfinity }, One },
        { "k1 7 and k3 NaN", Good(7) with { K3 = double.NaN }, One },
        { "k3 of a response to prompt 'p7' is -0.1", Good(7) with { K3 = -0.1 }, One },
        { "a KL is -0.1", Good(7) with { Kl = -0.1 }, One },
        { "prompt 'p7' has the samples 0, 0", Good(7), One },
        { "prompt 'p7' has the samples 0, 2", Good(7) with { Sample = 2 }, One with { SamplesPerPrompt = 2 } },
        { "Temperature is 1E-300", Good(0), One with { Temperature = 1e-300 } },
        { "the temperature is 0.0099", Good(0), One with { Temperature = 0.0099 } },
        { "the temperature is 101", Good(0), One with { Temperature = 101 } },
        { "Temperature is NaN", Good(0), One with { Temperature = double.NaN } },
        { "MaxNewTokens is 0", Good(0), One with { MaxNewTokens = 0 } },
    };

    [Theory, MemberData(nameof(Damaged))]
    public void One_damaged_response_makes_all_unusable(string why, KlSample sample, SamplingOptions sampling)
    {
        List<KlSample> samples = [.. Enumerable.Range(0, 120).SelectMany(i => Enumerable.Range(0, sampling.SamplesPerPrompt).Select(k => Good(i) with { Sample = k }))];
        var place = samples.FindLastIndex(one => one.PromptId == sample.PromptId);
        if (why.Contains("0, 0", StringComparison.Ordinal)) samples.Add(sample); else samples[place] = sample;
        Assert.Contains(why, KlMeasurement.Of(samples, sampling).WhyNot, StringComparison.Ordinal);
        Assert.Null(KlMeasurement.Of(samples, sampling).Limits(0.95));
        samples = [.. Enumerable.Range(0, 120).Select(Good)];
        Assert.True(KlMeasurement.Of(samples, One).IsUsable); // the same without the damage
    }

    [Theory]
    [InlineData(0.01), InlineData(100)]
    public void Temperatures_at_the_ends_of_their_range_are_usable(double temperature) =>
        Assert.True(KlMeasurement.Of([.. Enumerable.Range(0, 120).Select(Good)], One with { Temperature = temperature }).IsUsable);

    // KL 0 and .02 in turn: mean .01. k1 off by a constant has no standard error: .01 and a tenth of .01 are allowed, for k3 half of it.
    [Theory]
    [InlineData(0.0109, 0, null), InlineData(-0.0109, 0, null), InlineData(0.0111, 0, "k1"), InlineData(-0.0111, 0, "k1"), InlineData(5, 0, "k1")]
    [InlineData(0, 0.0149, null), InlineData(0, 0.0151, "k3"), InlineData(0, 5, "k3")]
    public void Cross_checks_far_from_the_estimate_make_it_unusable(double k1, double k3, string? named)
    {
        var kl = KlMeasurement.Of([.. Enumerable.Range(0, 100).Select(i => i % 2 * 0.02).Select((nats, i) => new KlSample(Id(i), 0, 3, nats, nats + k1, nats + k3))], One);
        if (named is null) Assert.True(kl.IsUsable);
        else Assert.Contains($"{named} is", kl.WhyNot, StringComparison.Ordinal);
    }

    // Differences of +d and −.5d in turn: mean .25d, standard deviation .75d·√(100/99), standard error .0754d: 3.3 of them.
    [Fact]
    public void A_cross_check_that_chance_explains_is_no_reason()
    {
        KlMeasurement With(double shift) => KlMeasurement.Of([.. Enumerable.Range(0, 100).Select(i => i % 2 * 0.02).Select((nats, i) => new KlSample(Id(i), 0, 3, nats, nats + (i % 2 == 0 ? 1 : -0.5) + shift, nats))], One);
        Assert.True(With(0).IsUsable);
        Assert.False(With(0.1).IsUsable); // .35 is more than 4 · .0754 + .011
    }

    [Fact]
    public void The_prompts_of_the_subject_are_all_to_be_measured_in_their_order()
    {
        List<KlSample> samples = [.. Enumerable.Range(0, 120).Select(Good)];
        KlMeasurement On(params IEnumerable<int> prompts) => KlMeasurement.Of(samples, One, KlFake.Subject([.. prompts.Select(Id)]));
        Assert.True(On(Enumerable.Range(0, 120)).IsUsable);
        Assert.Contains("prompts: the KL was measured on 120 of them, the metric has 300", On(Enumerable.Range(0, 300)).WhyNot, StringComparison.Ordinal);
        Assert.Contains("prompts: number 1 is 'p0' in the KL and 'p1' in the metric", On([1, 0, .. Enumerable.Range(2, 118)]).WhyNot, StringComparison.Ordinal);
        Assert.Contains("number 120", On([.. Enumerable.Range(0, 119), 500]).WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_prompts_vary_and_one_does_not()
    {
        // 1 − (.5²/1²) of prompts at 0 and 1 by KL, at 0 and 2 by k1.
        var two = new[] { new KlSample("a", 0, 3, 0, 0, 0), new KlSample("b", 0, 3, 1, 2, 0) };
        Assert.Equal(0.75, KlMeasurement.Of(two, AtOne).VarianceSaved!.Value, 12);
        Assert.Null(KlMeasurement.Of(two[1..], AtOne).VarianceSaved);
    }

    private static SamplingOptions One => AtOne with { SamplesPerPrompt = 1 };

    private static KlSample Good(int prompt) => Response(prompt, prompt);

    private static KlMeasurement Measured(double[] kl) => KlMeasurement.Of([.. kl.Select((value, i) => Response(i, value))], One);

    private static KlSample Response(int prompt, double kl) => new(Id(prompt), 0, 3, kl, kl, kl);

    private static string Id(int prompt) => Invariant($"p{prompt}");
}
