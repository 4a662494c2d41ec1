using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Studies.Calibration;

/// <summary>
/// Many independent draws of one model at temperature 1. They are generated in evaluations of 20 samples an item, which share the work on
/// a prompt; each evaluation has its own seed and each sample its own stream, and finished evaluations stay in the store.
/// </summary>
/// <param name="model">The model to evaluate.</param>
/// <param name="evaluations">Where the responses are kept.</param>
public sealed class PocketDraws(ILanguageModel model, EvaluationStore evaluations)
{
    private const int SamplesPerEvaluation = 20;

    /// <summary>Draws a benchmark again and again.</summary>
    /// <param name="metric">The metric, at temperature 1; for a pool its suites are evaluated and pooled draw by draw.</param>
    /// <param name="draws">How many.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; finished evaluations stay in the store.</param>
    /// <exception cref="ArgumentException">The metric is greedy.</exception>
    public async Task<IReadOnlyList<Measurement>> DrawAsync(GatedMetric metric, int draws, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        if (metric.Sampling.IsGreedy)
            throw new ArgumentException($"'{metric.Name}' is greedy; every draw of it is the same.", nameof(metric));
        if (metric.Suites.Count == 0) return await DrawAsync(metric, metric.Benchmark, draws, progress, cancellationToken);
        List<IReadOnlyList<Measurement>> suites = [];
        foreach (var suite in metric.Suites) suites.Add(await DrawAsync(metric, suite, draws, progress, cancellationToken));
        return [.. Enumerable.Range(0, draws).Select(d => MeasurementPool.Of(metric.Benchmark, [.. suites.Select(s => s[d])]))];
    }

    private async Task<IReadOnlyList<Measurement>> DrawAsync(GatedMetric metric, Benchmark benchmark, int draws,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        List<Measurement> all = [];
        for (var block = 0; all.Count < draws; block++)
        {
            var sampling = metric.Sampling with
            {
                SamplesPerPrompt = SamplesPerEvaluation,
                Seed = EvaluationSeed.Derive("calibration", model.Identity.WeightsDigest, benchmark.Digest, Invariant($"{block}")),
            };
            var drawn = (await evaluations.GetOrEvaluateAsync(model, benchmark, metric.Scorer, sampling, metric.Style, progress, cancellationToken)).Measurement;
            all.AddRange(Enumerable.Range(0, Math.Min(SamplesPerEvaluation, draws - all.Count)).Select(sample => SampleSplit.Take(drawn, sample)));
        }

        return all;
    }
}
