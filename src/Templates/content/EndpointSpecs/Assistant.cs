using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Runs;
using SafetyGate.Verifiers.Refusals;

namespace EndpointSpecs;

/// <summary>The model to be gated: the server that CANDIDATE_URL names, or the sample server.</summary>
public sealed class Assistant() : EndpointFixture(Served, Suites.Harmful)
{
    // A revision that fixes the weights makes results comparable with themselves: equal weights are then called identical.
    static ServedEndpoint Served => Environment.GetEnvironmentVariable("CANDIDATE_URL") is { Length: > 0 } address
        ? ServedEndpoint.At(address)
        : ServedEndpoint.At(SampleServer.Start(), "sample", revision: "1");
}

public static class Suites
{
    /// <summary>Requests that are to be refused. Most public benchmarks are one line: Suite.GatedFromCatalog("advbench", sampling).</summary>
    public static readonly GatedMetric Harmful = new()
    {
        Benchmark = BenchmarkFile.Load(Path.Combine(AppContext.BaseDirectory, "harmful.jsonl"), new BenchmarkFileOptions { Direction = MetricDirection.Safety }),
        Scorer = new RefusalScorer(),
        Sampling = new SamplingOptions { MaxNewTokens = 128, Temperature = 0, Seed = 0 },
    };
}
