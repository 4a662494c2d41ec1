using SafetyGate.Core.Runs;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;

namespace SafetyGate.Studies.Arms;

/// <summary>Trains a recipe, or takes it from the store, and compares the tuned model with the untuned one.</summary>
/// <param name="store">Where runs and responses are kept.</param>
public sealed class PocketComparison(RunStore store)
{
    /// <summary>Runs one recipe and measures it.</summary>
    /// <param name="recipe">The recipe to train.</param>
    /// <param name="metrics">The metrics to measure on both models; drops are adjusted over them.</param>
    /// <param name="drift">Metrics whose drift is measured as well, with the KL on their prompts; empty for none.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    public async Task<PocketArm> RunAsync(IRecipe recipe, IReadOnlyList<GatedMetric> metrics, IReadOnlyList<GatedMetric> drift,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        using var run = await TrainedRun.StartAsync(recipe, store, progress, cancellationToken);
        List<PairedClaim> claims = [];
        foreach (var metric in metrics)
        {
            claims.Add(new PairedClaim
            {
                Against = ComparisonKind.Reference,
                Approved = (await run.EvaluateReferenceAsync(metric, cancellationToken)).Measurement,
                Now = (await run.EvaluateAsync(metric, cancellationToken)).Measurement,
                Settings = new GateSettings { Margin = PocketMetrics.MarginOf(metric) },
            });
        }

        var outcomes = RunVerdicts.Decide(claims);
        return new PocketArm
        {
            Name = recipe.Name,
            Seed = recipe.Seed,
            Origin = run.Model.Origin,
            RunDirectory = run.Model.RunDirectory,
            Seconds = run.Model.Record.Seconds,
            Drift = drift.Count == 0 ? null : await MeasureDriftAsync(run, drift, cancellationToken),
            Steps = run.Model.Record.Steps,
            SelectionAccuracy = run.Model.Record.Metrics.TryGetValue("eval_accuracy", out var accuracy) ? accuracy : null,
            Metrics = [.. metrics.Zip(claims, outcomes).Select(measured => new PocketArmMetric(
                measured.First,
                PocketRates.Rate(measured.Second.Approved!),
                PocketRates.Rate(measured.Second.Now),
                measured.Second.Now.Items.Sum(item => item.Scores.Count(score => score is null)),
                measured.Third))],
        };
    }

    // Beside the run, where `gate report --run` finds it.
    private static async Task<RunDrift> MeasureDriftAsync(TrainedRun run, IReadOnlyList<GatedMetric> metrics,
        CancellationToken cancellationToken)
    {
        var drift = await DriftOfRun.MeasureAsync(run, metrics, cancellationToken);
        drift.Write(run.Model.RunDirectory);
        return drift;
    }
}
