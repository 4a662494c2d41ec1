using System.Text;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class KlResultSpecs
{
    private static readonly KlResult Kl = Documents.Kl(new RandomStream(34, "kl result"));

    [Fact]
    public void A_file_of_KL_reads_back_as_it_was_written()
    {
        var bytes = ResultFile.Bytes(Documents.Steady with { Metrics = [], Kl = [Kl] });
        var back = ResultFile.Read(bytes, "file");
        Assert.Empty(back.Metrics);
        Assert.Null(Kl.DifferenceFrom(back.Kl[0]));
        Assert.Equal(Kl.Prompts, back.Kl[0].Prompts);
        Assert.Equal(bytes, ResultFile.Bytes(back));
    }

    [Fact]
    public void A_mean_that_does_not_follow_from_the_prompts_is_refused()
    {
        var text = Encoding.UTF8.GetString(ResultFile.Bytes(Documents.Steady with { Metrics = [], Kl = [Kl] }));
        var mean = text.Split("\"mean\": ")[1].Split('\n')[0].TrimEnd(',');
        var e = Assert.Throws<UserErrorException>(() => ResultFile.Read(Encoding.UTF8.GetBytes(text.Replace("\"mean\": " + mean, "\"mean\": 0.0001", StringComparison.Ordinal)), "file"));
        Assert.Contains("does not follow from the prompts", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0.000001", "0.0000011")] // below 1 the mean may be off by a millionth of a nat
    [InlineData(100, "100.00009", "100.00011")] // above, by a millionth of itself
    public void A_mean_may_be_rounded_in_its_sixth_place(double each, string near, string far)
    {
        var text = Encoding.UTF8.GetString(ResultFile.Bytes(Documents.Steady with { Metrics = [], Kl = [Documents.HandMadeKl with { Prompts = [.. Documents.HandMadeKl.Prompts.Select(prompt => KeyValuePair.Create(prompt.Key, each))] }] }));
        KlResult Stating(string mean) => Assert.Single(ResultFile.Read(Encoding.UTF8.GetBytes(text.Replace(Invariant($"\"mean\": {each}"), "\"mean\": " + mean, StringComparison.Ordinal)), "file").Kl);
        Assert.Equal(each, Stating(near).Mean);
        Assert.Throws<UserErrorException>(() => Stating(far));
    }

    [Fact]
    public void A_usable_measurement_becomes_a_result_and_another_does_not()
    {
        static KlMeasurement Measured(double other) => KlFake.Kl(Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 0 : other));
        var kl = KlResult.Of("metric", "benchmark", Measured(0.12345678912), 0.02, 2, 0.05);
        Assert.Equal(("metric", "benchmark", new string('b', 64), "weights of reference", 0.02, 2, 0.05), (kl.Metric, kl.Benchmark, kl.BenchmarkDigest, kl.Reference, kl.Margin, kl.Largest, kl.Alpha));
        Assert.Equal((KlFake.AtOne, PromptStyle.Chat, "c", KlMeasurement.Estimator), (kl.Sampling, kl.Style, kl.TemplateDigest, kl.Estimator));
        Assert.Equal(KeyValuePair.Create("item-0001", 0.123456789), kl.Prompts[1]);
        Assert.Equal(0.0617283945, kl.Mean, 12);
        var e = Assert.Throws<ArgumentException>(() => KlResult.Of("metric", "benchmark", Measured(-1), 0.02, 2, 0.05));
        Assert.StartsWith("The KL on metric is not usable: a KL is -1; it can only be 0 or more.", e.Message, StringComparison.Ordinal);
        var unknown = KlMeasurement.Of(KlFake.Samples(Enumerable.Range(0, 100).Select(i => i / 100.0)), KlFake.AtOne);
        Assert.Contains("does not record on which prompts", Assert.Throws<ArgumentException>(() => KlResult.Of("metric", "benchmark", unknown, 0.02, 2, 0.05)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_neither_metrics_nor_KL_is_no_evidence() =>
        Assert.Contains("it holds no metric", Assert.Throws<UserErrorException>(() => ResultFile.Bytes(Documents.Steady with { Metrics = [] })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(-0.1)]
    public void A_KL_that_is_not_finite_or_below_0_is_no_evidence(double value)
    {
        var broken = Kl with { Prompts = [KeyValuePair.Create("a prompt", value), .. Kl.Prompts] };
        Assert.Contains("'a prompt'", Assert.Throws<UserErrorException>(() => ResultFile.Bytes(Documents.Steady with { Metrics = [], Kl = [broken] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_field_that_makes_two_KLs_incomparable_is_named()
    {
        Assert.StartsWith("metric:", (Kl with { Metric = "other" }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("benchmark:", (Kl with { BenchmarkDigest = "other" }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("sampling:", (Kl with { Sampling = Kl.Sampling with { Temperature = 3 } }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.Equal(Invariant($"prompts: the KL was measured on {Kl.Prompts.Count - 1} of them, the metric has {Kl.Prompts.Count} of the approved measurement"), (Kl with { Prompts = [.. Kl.Prompts.Skip(1)] }).DifferenceFrom(Kl));
        Assert.StartsWith("prompts: number 1 is 'other'", (Kl with { Prompts = [KeyValuePair.Create("other", 0.5), .. Kl.Prompts.Skip(1)] }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("prompt style:", (Kl with { Style = 1 - Kl.Style }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("chat template digest:", (Kl with { TemplateDigest = "other" }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("largest KL", (Kl with { Largest = 9 }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("reference:", (Kl with { Reference = "other" }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("estimator:", (Kl with { Estimator = "other" }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("margin:", (Kl with { Margin = 9 }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("alpha:", (Kl with { Alpha = 0.1 }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.Null((Kl with { Sampling = Kl.Sampling with { Seed = 9 } }).DifferenceFrom(Kl));
    }
}
