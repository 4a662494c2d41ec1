using System.Text;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Runs;

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
        Assert.StartsWith("reference:", (Kl with { Reference = "other" }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("estimator:", (Kl with { Estimator = "other" }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("margin:", (Kl with { Margin = 9 }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.StartsWith("alpha:", (Kl with { Alpha = 0.1 }).DifferenceFrom(Kl), StringComparison.Ordinal);
        Assert.Null((Kl with { Sampling = Kl.Sampling with { Seed = 9 } }).DifferenceFrom(Kl));
    }
}
