using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Statistics;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using SafetyGate.Studies.Divergence;
using SafetyGate.Studies.Tabular;
using SafetyGate.Trainers.LogProbs;

namespace SafetyGate.Studies.Tests.Divergence;

/// <summary>The meter against policies whose KL is known by enumeration.</summary>
public sealed class KlMeterSpecs
{
    private const int Repeats = 2000;
    private const int Prompts = 100;
    private static readonly SamplingOptions Sampled = new() { MaxNewTokens = 4, Temperature = 1, Seed = 3 };

    [Fact]
    public void Over_many_repeats_the_mean_is_the_exact_kl_and_the_interval_covers_it()
    {
        var (policy, reference) = (Tree(.5, .3, .15, .05), Tree(.2, .3, .1, .4));
        var exact = Exact(policy, reference);
        using (policy.Decoder)
        using (reference.Decoder)
        {
            var samples = new KlMeter(policy.Decoder, reference.Decoder, [0]).Samples(Requests(Prompts), Sampled with { SamplesPerPrompt = Repeats }, CancellationToken.None);
            var all = StudentMean.Of([.. samples.Select(sample => sample.Kl)]);
            Assert.True(Math.Abs(all.Mean - exact) <= 3 * all.StandardError, Invariant($"mean {all.Mean}, exact {exact}, standard error {all.StandardError}"));
            // Each repeat is a measurement on 100 prompts with one response each.
            var covered = samples.GroupBy(sample => sample.Sample).Count(repeat => KlMeasurement.Of([.. repeat.Select(sample => sample with { Sample = 0 })], Sampled).Limits(.95)!.Value.Contains(exact));
            Assert.True(covered >= .93 * Repeats, Invariant($"the interval covered {covered} of {Repeats} times"));
            var whole = KlMeasurement.Of([.. samples.Where(sample => sample.Sample < 50)], Sampled with { SamplesPerPrompt = 50 });
            Assert.True(whole.VarianceSaved is > 0 and < 1, Invariant($"variance saved {whole.VarianceSaved}"));
            Assert.Equal(exact, whole.K1Mean!.Value, .1);
            Assert.Equal(exact, whole.K3Mean!.Value, .1);
        }
    }

    [Fact]
    public void The_other_direction_is_another_number()
    {
        var (policy, reference) = (Tree(.5, .3, .15, .05), Tree(.2, .3, .1, .4));
        using (policy.Decoder)
        using (reference.Decoder)
        {
            var there = Measure(policy.Decoder, reference.Decoder, 200);
            var back = Measure(reference.Decoder, policy.Decoder, 200);
            Assert.True(there.Limits(.99)!.Value.Contains(Exact(policy, reference)));
            Assert.False(there.Limits(.99)!.Value.Contains(Exact(reference, policy)));
            Assert.True(back.Limits(.99)!.Value.Contains(Exact(reference, policy)));
        }
    }

    [Fact]
    public void Temperature_is_applied_to_both_policies()
    {
        // Responses of one drawn token, so the tempered policies are known in closed form.
        var (policy, reference) = (Tree([[1, 0], [2, 0]], .9, .1), Tree([[1, 0], [2, 0]], .4, .6));
        using (policy.Decoder)
        using (reference.Decoder)
        {
            var tempered = new KlMeter(policy.Decoder, reference.Decoder, [0]).Samples(Requests(40), Sampled with { Temperature = 2 }, CancellationToken.None);
            double[] p = Tempered(.9, .1), q = Tempered(.4, .6);
            var expected = p[0] * Math.Log(p[0] / q[0]) + p[1] * Math.Log(p[1] / q[1]);
            Assert.All(tempered, sample => Assert.Equal(expected, sample.Kl, 1e-12));
        }

        static double[] Tempered(double a, double b) => [Math.Sqrt(a) / (Math.Sqrt(a) + Math.Sqrt(b)), Math.Sqrt(b) / (Math.Sqrt(a) + Math.Sqrt(b))];
    }

    [Fact]
    public void Sampling_under_which_the_kl_says_nothing_is_not_applicable()
    {
        using var decoder = Tree(.5, .3, .15, .05).Decoder;
        using var reference = Tree(.2, .3, .1, .4).Decoder;
        var meter = new KlMeter(decoder, reference, [0]);
        foreach (var sampling in new[] { Sampled with { Temperature = 0 }, Sampled with { TopK = 2 }, Sampled with { TopP = .9 }, Sampled with { MinP = .1 }, Sampled with { RepetitionPenalty = 1.1 } })
        {
            var measured = meter.Measure(Requests(25), sampling, CancellationToken.None);
            Assert.False(measured.IsUsable);
            Assert.Null(measured.Mean);
            Assert.Null(measured.Limits(.95));
        }
    }

    [Fact]
    public void Fewer_than_a_hundred_prompts_are_not_usable()
    {
        using var decoder = Tree(.5, .3, .15, .05).Decoder;
        using var reference = Tree(.2, .3, .1, .4).Decoder;
        Assert.Contains("99 prompts", Measure(decoder, reference, 99).WhyNot, StringComparison.Ordinal);
        Assert.True(Measure(decoder, reference, 100).IsUsable);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_value_that_is_not_finite_is_never_usable(double value)
    {
        KlSample[] samples = [.. Enumerable.Range(0, 30).Select(i => new KlSample(Invariant($"{i}"), 0, 3, i == 7 ? value : .1 + (i * .01), .1, .1))];
        var measured = KlMeasurement.Of(samples, Sampled);
        Assert.False(measured.IsUsable);
        Assert.Null(measured.Mean);
        Assert.Null(measured.Limits(.95));
    }

    [Fact]
    public void Samples_of_a_prompt_are_averaged_first_and_the_largest_prompt_is_shown()
    {
        KlSample[] samples = [.. Enumerable.Range(0, 20).SelectMany(i => Enumerable.Range(0, 2).Select(j => new KlSample(Invariant($"{i}"), j, 3, (i == 0 ? 19 : 1) + (j == 0 ? .5 : -.5), 0, 0)))];
        var measured = KlMeasurement.Of(samples, Sampled with { SamplesPerPrompt = 2 });
        Assert.Equal((20, 40), (measured.Prompts, measured.Responses));
        Assert.Equal(1.9, measured.Mean!.Value, 1e-12);
        Assert.Equal(.5, measured.LargestShare!.Value, 1e-12);
    }

    [Fact]
    public void A_reference_with_another_vocabulary_is_refused()
    {
        using var policy = Tree(.5, .3, .15, .05).Decoder;
        using var reference = new TabularDecoder(9, [new([0], [1, 0], 0)]);
        var message = Assert.Throws<UserErrorException>(() => new KlMeter(policy, reference, [0])).Message;
        Assert.Contains("6 tokens", message, StringComparison.Ordinal);
        Assert.Contains("9", message, StringComparison.Ordinal);
    }

    private static KlMeasurement Measure(TabularDecoder policy, TabularDecoder reference, int prompts) =>
        new KlMeter(policy, reference, [0]).Measure(Requests(prompts), Sampled, CancellationToken.None);

    private static List<GenerationRequest> Requests(int count) => [.. Enumerable.Range(0, count).Select(i => new GenerationRequest { Key = Invariant($"prompt-{i}"), PromptIds = [0] })];

    private static (TabularDecoder Decoder, double[] P) Tree(params double[] p) => Tree([[1, 0], [2, 3, 0], [2, 4, 5, 0], [2, 4, 1, 0]], p);

    private static (TabularDecoder Decoder, double[] P) Tree(int[][] paths, params double[] p) =>
        (new TabularDecoder(6, [.. paths.Select((path, i) => new TabularPath([0], path, Math.Log(p[i])))]), p);

    private static double Exact((TabularDecoder, double[] P) policy, (TabularDecoder, double[] P) reference) =>
        policy.P.Zip(reference.P, (a, b) => a * Math.Log(a / b)).Sum();
}
