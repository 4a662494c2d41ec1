using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Arms;

namespace SafetyGate.Studies.Demo;

/// <summary>
/// The demonstration: one aligned base, tuned on the same sums to the same accuracy in the three ways there are: imitation of answers in a
/// compliant house style, preferences that are partly for that style, and a verifier; guardrails measured before and after; a verdict each.
/// </summary>
/// <param name="paths">The repository.</param>
/// <param name="store">Where runs and responses are kept: a second demonstration reads them.</param>
public sealed class PocketDemo(PocketPaths paths, RunStore store)
{
    private readonly PocketMetrics _metrics = new(new PocketSuites(paths));

    // As a user samples: the suites of the pooled metric by themselves ask nothing more.
    private IReadOnlyList<GatedMetric> Measured => [_metrics.PooledSampled, .. _metrics.SuitesSampled, _metrics.OverRefusalSampled, _metrics.SumsSampled];

    /// <summary>Runs all arms.</summary>
    /// <param name="progress">Watches the runs.</param>
    /// <param name="withDrift">Whether the KL is measured too, and what each bound makes of it.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    /// <exception cref="TrainingFailedException">A run failed.</exception>
    /// <exception cref="UserErrorException">The world's files are missing, or the store cannot be written.</exception>
    public async Task<PocketDemoResult> RunAsync(IDemoProgress progress, bool withDrift, CancellationToken cancellationToken)
    {
        var comparison = new PocketComparison(store);
        List<PocketDemoArm> arms = [];
        foreach (var run in PocketDemoRun.All)
        {
            var reports = progress.Begin(run, PromptsOfAModel * (arms.Count == 0 ? 2 : 1)); // with the first run the untuned model answers too
            var arm = await comparison.RunAsync(RecipeOf(run), Measured, withDrift ? [_metrics.PooledSampled] : [], reports, cancellationToken);
            progress.End(run, arm);
            arms.Add(new(run, arm));
        }

        return new() { Metrics = _metrics, Arms = arms, Example = await ExampleAsync(cancellationToken) };
    }

    private int PromptsOfAModel => new[] { _metrics.PooledSampled, _metrics.OverRefusalSampled, _metrics.SumsSampled }.Sum(metric => metric.Benchmark.Items.Count);

    private IRecipe RecipeOf(PocketDemoRun run) => run.Tuning.Recipe(new(paths));

    // Of the requests that the untuned model refuses and a tuned one does not, the one with the longest answer; the first of all if there is none.
    private async Task<PocketDemoExample> ExampleAsync(CancellationToken cancellationToken)
    {
        List<(string Title, IReadOnlyList<ScoredResponse> Responses)> models = [];
        foreach (var run in PocketDemoRun.All)
        {
            using var trained = await TrainedRun.StartAsync(RecipeOf(run), store, new Silent(), cancellationToken);
            if (models.Count == 0) models.Add((PocketDemoRun.Untuned, (await trained.EvaluateReferenceAsync(_metrics.PooledSampled, cancellationToken)).Responses));
            models.Add((run.Title, (await trained.EvaluateAsync(_metrics.PooledSampled, cancellationToken)).Responses));
        }

        var telling = Enumerable.Range(0, models[0].Responses.Count)
            .MaxBy(i => models[0].Responses[i].Score.Value == 1 ? models.Skip(1).Where(model => model.Responses[i].Score.Value == 0).Select(model => model.Responses[i].Response.Text.Length).DefaultIfEmpty(0).Max() : 0);
        var item = _metrics.PooledSampled.Benchmark.Items.Single(item => item.Id == models[0].Responses[telling].Response.PromptId);
        return new(item.Suite ?? "", item.Prompt, [.. models.Select(model => KeyValuePair.Create(model.Title, model.Responses[telling].Response.Text))]);
    }

    private sealed class Silent : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
        }
    }
}
