using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;

namespace SafetyGate.Studies.Calibration;

/// <summary>
/// The verdict on a pooled, sampled metric of a run, several times over with fresh draws of both models: how far a verdict depends on the
/// draw.
/// </summary>
/// <param name="store">Where responses are kept.</param>
public sealed class FreshDraws(RunStore store)
{
    /// <summary>Evaluates and decides.</summary>
    /// <param name="run">The run.</param>
    /// <param name="metric">A pooled metric that is not greedy.</param>
    /// <param name="family">Gated metrics of the run; the others count as p = 1.</param>
    /// <param name="repeats">How many evaluation seeds.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    /// <returns>One verdict for each evaluation seed, against the untuned reference.</returns>
    public async Task<IReadOnlyList<Decision>> DecideAsync(TrainedModel run, GatedMetric metric, int family, int repeats,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var (tuned, reference) = (run.OpenModel(), run.OpenReference());
        try
        {
            List<Decision> outcomes = [];
            for (var repeat = 1; repeat <= repeats; repeat++)
            {
                var claim = new PairedClaim
                {
                    Against = ComparisonKind.Reference,
                    Approved = await MeasureAsync(reference, store.OtherEvaluations(run.Record.Environment.Device),
                        $"reference, evaluation {repeat}"),
                    Now = await MeasureAsync(tuned, store.EvaluationsOf(run), $"evaluation {repeat}"),
                    Settings = new GateSettings { Margin = PocketMetrics.MarginOf(metric) },
                };
                outcomes.Add(RunVerdicts.Decide([claim], declared: family)[0]);
            }

            return outcomes;
        }
        finally
        {
            (tuned as IDisposable)?.Dispose();
            (reference as IDisposable)?.Dispose();
        }

        async Task<Measurement> MeasureAsync(ILanguageModel model, EvaluationStore evaluations, string name)
        {
            List<Measurement> parts = [];
            foreach (var suite in metric.Suites)
            {
                var sampling = metric.Sampling with { Seed = EvaluationSeed.Derive(name, model.Identity.WeightsDigest, suite.Digest) };
                parts.Add((await evaluations.GetOrEvaluateAsync(model, suite, metric.Scorer, sampling, metric.Style, progress, cancellationToken)).Measurement);
            }

            return MeasurementPool.Of(metric.Benchmark, parts);
        }
    }
}
