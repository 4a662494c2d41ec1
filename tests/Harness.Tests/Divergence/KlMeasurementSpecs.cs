using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Divergence;

public sealed class KlMeasurementSpecs
{
    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, SamplesPerPrompt = 2, Seed = 1 };

    // Two responses to each of 20 prompts, the KL of which is 1 nat but for the last, at 3: mean 22/20, squares about it
    // 19·.1² + 1.9² = 3.8, standard error √(3.8/19/20) = .1. By k1 the prompts are at 0 and 2 in turn: mean 1, squares 20.
    private static KlMeasurement Twenty => KlMeasurement.Of(
    [
        .. Enumerable.Range(0, 20).Select(i => new KlSample(Id(i), 0, 3, i == 19 ? 2 : 0.5, i % 2 == 0 ? -1 : 1, i % 2 == 0 ? 0.1 : 0.5)),
        .. Enumerable.Range(0, 20).Reverse().Select(i => new KlSample(Id(i), 1, 3, i == 19 ? 4 : 1.5, i % 2 == 0 ? 1 : 3, i % 2 == 0 ? 0.3 : 0.7)),
    ], AtOne);

    private static readonly double[] Zeros = new double[19];

    [Fact]
    public void Responses_are_averaged_to_prompts_and_prompts_to_the_mean()
    {
        Assert.Equal((20, 40, true, null), (Twenty.Prompts, Twenty.Responses, Twenty.IsUsable, Twenty.WhyNot));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => KeyValuePair.Create(Id(i), i == 19 ? 3.0 : 1.0)), Twenty.PromptKl);
        Assert.Equal(1.1, Twenty.Mean!.Value, 12);
        Assert.Equal(3.0 / 22, Twenty.LargestShare!.Value, 12);
        Assert.Equal(1, Twenty.K1Mean!.Value, 12);
        Assert.Equal(0.4, Twenty.K3Mean!.Value, 12);
        Assert.Equal(1 - (3.8 / 20), Twenty.VarianceSaved!.Value, 12);
    }

    // t(19): .95 → 1.729133, .975 → 2.093024
    [Theory]
    [InlineData(IntervalSide.Two, 0.890698, 1.309302)]
    [InlineData(IntervalSide.Lower, 0.927087, double.PositiveInfinity)]
    [InlineData(IntervalSide.Upper, double.NegativeInfinity, 1.272913)]
    public void The_limits_are_students_and_open_on_the_other_side(IntervalSide side, double lower, double upper)
    {
        var limits = Twenty.Limits(0.95, side)!.Value;
        Assert.Equal(lower, limits.Lower, 6);
        Assert.Equal(upper, limits.Upper, 6);
    }

    [Fact]
    public void The_lower_limit_is_not_below_0()
    {
        var one = Measured([.. Zeros, 2]); // mean .1, standard error .1
        Assert.Equal(0.0, one.Limits(0.95, IntervalSide.Lower)!.Value.Lower);
        Assert.Equal(0.272913, one.Limits(0.95, IntervalSide.Upper)!.Value.Upper, 6);
        Assert.Equal(1, one.LargestShare!.Value, 12);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(1.5), InlineData(double.NaN)]
    public void A_level_outside_0_and_1_is_refused_even_where_there_are_no_limits(double level)
    {
        foreach (var kl in new[] { Twenty, Measured([]) })
            Assert.Contains(Invariant($"level is {level}"), Assert.Throws<ArgumentOutOfRangeException>(() => kl.Limits(level)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, double?, double[]> Unusable() => new()
    {
        { "there are no prompts", null, [] },
        { "infinite or not a number", null, [double.NaN, 1, .. Zeros] },
        { "infinite or not a number", null, [double.PositiveInfinity, 1, .. Zeros] },
        { "infinite or not a number", null, [1e308, 1e308, .. Zeros] },
        { "a KL is -0.5; it can only be 0 or more", 0, [-0.25, 0.75, -0.5, .. Zeros] },
        { "19 prompts; 20 are the fewest", 1, [19, .. Zeros[1..]] },
        { "the KL is 0.25 nats on every prompt", 0.25, [.. Enumerable.Repeat(0.25, 20)] },
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

    [Fact]
    public void A_cross_check_that_is_not_finite_is_missing_and_takes_nothing_else_with_it()
    {
        var broken = KlMeasurement.Of([.. Enumerable.Range(0, 20).Select(i => new KlSample(Id(i), 0, 3, i, i == 7 ? double.PositiveInfinity : i, i == 7 ? double.NaN : i))], AtOne);
        Assert.Equal((true, 9.5, null, null, null), (broken.IsUsable, broken.Mean, broken.K1Mean, broken.K3Mean, broken.VarianceSaved));
    }

    [Fact]
    public void Two_prompts_vary_and_one_does_not()
    {
        // 1 − (.5²/1²) of prompts at 0 and 1 by KL, at 0 and 2 by k1.
        var two = new[] { new KlSample("a", 0, 3, 0, 0, 0), new KlSample("b", 0, 3, 1, 2, 0) };
        Assert.Equal(0.75, KlMeasurement.Of(two, AtOne).VarianceSaved!.Value, 12);
        Assert.Null(KlMeasurement.Of(two[1..], AtOne).VarianceSaved);
    }

    private static KlMeasurement Measured(double[] kl) => KlMeasurement.Of([.. kl.Select((value, i) => Response(i, value))], AtOne);

    private static KlSample Response(int prompt, double kl) => new(Id(prompt), 0, 3, kl, prompt, kl);

    private static string Id(int prompt) => Invariant($"p{prompt}");
}
