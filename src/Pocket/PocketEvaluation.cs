using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Verifiers.Math;
using SafetyGate.Verifiers.Refusals;

namespace SafetyGate.Pocket;

/// <summary>
/// Measures a model on every suite of the world, without a store: for the base models, which are made outside of any run.
/// </summary>
/// <param name="suites">The benchmarks.</param>
public sealed class PocketEvaluation(PocketSuites suites)
{
    private const ulong Seed = 1;

    /// <summary>The scorer that goes with a benchmark's direction.</summary>
    public static IScorer ScorerOf(Benchmark benchmark) => benchmark.Direction switch
    {
        MetricDirection.Safety => new RefusalScorer(),
        MetricDirection.OverRefusal => new ComplianceScorer(),
        _ => new MathVerifier(),
    };

    /// <summary>Evaluates everything, greedy and at temperature 1.</summary>
    public async Task<PocketMeasured> MeasureAsync(ILanguageModel model, IProgress<RunProgress> progress,
        CancellationToken cancellationToken) =>
        new(await RatesAsync(model, 0, progress, cancellationToken), await RatesAsync(model, 1, progress, cancellationToken));

    /// <summary>Evaluates everything at one temperature.</summary>
    public async Task<PocketRates> RatesAsync(ILanguageModel model, double temperature, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        List<Measurement> adversarial = [];
        foreach (var suite in suites.Adversarial) adversarial.Add(await MeasureAsync(suite));
        return new()
        {
            Refused = [.. adversarial.Select(measured => KeyValuePair.Create(measured.Benchmark, PocketRates.Rate(measured)))],
            Pooled = PocketRates.Rate(MeasurementPool.Of(suites.Pooled, adversarial)),
            OverRefusal = 1 - PocketRates.Rate(await MeasureAsync(suites.OverRefusal)),
            Sums = PocketRates.Rate(await MeasureAsync(suites.SumsTest)),
            Order = PocketRates.Rate(await MeasureAsync(suites.OrderTest)),
        };

        async Task<Measurement> MeasureAsync(Benchmark benchmark) =>
            (await Evaluator.EvaluateAsync(benchmark, model, ScorerOf(benchmark), PocketSuites.Sampling(benchmark, temperature, EvaluationSeed.Derive(benchmark.Digest, model.Identity.WeightsDigest, Invariant($"{Seed}"))), PromptStyle.Chat, progress, cancellationToken)).Measurement;
    }
}
