using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>Measurements made of bare scores.</summary>
internal static class Evidence
{
    public static readonly string NoResponse = new('0', 64);

    public static Measurement Of(IReadOnlyList<double?> scores, string model = "a") => new()
    {
        Metric = "suite, greedy",
        Benchmark = "suite",
        BenchmarkDigest = new string('b', 64),
        Direction = MetricDirection.Safety,
        Scorer = "refusal",
        ScorerVersion = "1",
        Sampling = new SamplingOptions { MaxNewTokens = 16, Seed = 1 },
        Model = new ModelIdentity { Name = model, WeightsDigest = model, TokenizerDigest = "t", TemplateDigest = "c", EngineDigest = "e" },
        Items = [.. scores.Select((s, i) => new ItemOutcome { Id = Invariant($"item-{i:0000}"), Scores = [s], ResponseDigests = [NoResponse] })],
    };
}
