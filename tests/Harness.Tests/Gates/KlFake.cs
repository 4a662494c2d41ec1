using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>A KL and a safety score of the same prompts, by hand.</summary>
internal static class KlFake
{
    public static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, Seed = 1 };

    /// <summary>The reference's outcomes as a string, one character an item; sampled at temperature 1.</summary>
    public static Measurement Reference(string outcomes) => Fake.Measured(outcomes, "reference") with { Sampling = AtOne };

    /// <summary>The KL of one response to each of the prompts of <see cref="Reference"/>; k1 and k3 agree with it.</summary>
    public static KlMeasurement Kl(IEnumerable<double> nats, SamplingOptions? sampling = null) => Of(Samples(nats), sampling);

    public static KlMeasurement Of(IReadOnlyList<KlSample> samples, SamplingOptions? sampling = null) =>
        KlMeasurement.Of(samples, sampling ?? AtOne, Subject([.. samples.Select(sample => sample.PromptId).Distinct()]));

    public static List<KlSample> Samples(IEnumerable<double> nats) => [.. nats.Select((value, i) => Sample(i, value))];

    public static KlSample Sample(int item, double nats) => new(Fake.Item(item, 1).Id, 0, 3, nats, nats, Math.Abs(nats));

    public static KlSubject Subject(IReadOnlyList<string> ids)
    {
        var reference = Fake.Measured("1", "reference");
        return new()
        {
            BenchmarkDigest = reference.BenchmarkDigest, PromptIds = ids, Style = PromptStyle.Chat,
            TokenizerDigest = reference.Model.TokenizerDigest, TemplateDigest = reference.Model.TemplateDigest,
            PolicyWeights = "weights of tuned", ReferenceWeights = reference.Model.WeightsDigest,
        };
    }
}
