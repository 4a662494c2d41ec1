using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// Content-addressed responses: a benchmark is run once for each weights, tokenizer, template, engine, sampling options and seed.
/// Scores are computed from the stored responses each time, so a corrected scorer needs no model.
/// </summary>
/// <param name="directory">Folder of the files; made when something is written.</param>
/// <param name="store">The run store, whose locks keep two processes from generating the same responses.</param>
/// <param name="device">Device the model computes on, as in <see cref="RunEnvironment.Device"/>; <c>null</c> for a model that does not
/// compute here.</param>
public sealed class EvaluationStore(string directory, RunStore store, string? device)
{
    /// <summary>Folder of the files.</summary>
    public string Directory { get; } = Path.GetFullPath(directory);

    /// <summary>Runs a benchmark, or takes the responses from the store, and scores them.</summary>
    /// <param name="model">The model; not used if every response is stored.</param>
    /// <param name="benchmark">The benchmark to run.</param>
    /// <param name="scorer">The scorer.</param>
    /// <param name="sampling">How responses are drawn.</param>
    /// <param name="style">As a conversation or as plain text.</param>
    /// <param name="progress">Receives reports of waiting, generation and warnings.</param>
    /// <param name="cancellationToken">Stops the work; responses so far are kept.</param>
    /// <remarks>
    /// A model without a weights' digest generates each time; none of its responses are stored. Responses that ended in an error are kept,
    /// count as unscored, and are generated again the next time.
    /// </remarks>
    /// <exception cref="UserErrorException">The store cannot be written. Exit code 74.</exception>
    public async Task<EvaluationResult> GetOrEvaluateAsync(
        ILanguageModel model, Benchmark benchmark, IScorer scorer, SamplingOptions sampling, PromptStyle style,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        // An endpoint without declared weights may have others today: its earlier responses prove nothing.
        if (model.Identity.WeightsDigest.Length == 0)
            return await Evaluator.EvaluateAsync(benchmark, model, scorer, sampling, style, progress, cancellationToken);
        var description = EvaluationKey.Describe(model.Identity, benchmark, sampling, style);
        var key = CanonicalJson.Digest(description);
        store.Trust.RequireRoot(store.Root);
        var files = new StoredResponses(Directory, key, description, store.Trust, store.Seal);
        if (files.Read().Responses is { } stored && IsWhole(stored))
            return await Evaluator.RescoreAsync(benchmark, stored, scorer, sampling, model.Identity, style, progress, cancellationToken);

        var what = $"evaluates {benchmark.Name} on {model.Identity.Name}";
        using var fileLock = await store.LockAsync("evaluation-" + key, what, $"the evaluation of {benchmark.Name}", progress,
            cancellationToken);
        var (shared, problem) = files.Read();
        if (shared is not null && IsWhole(shared))
            return await Evaluator.RescoreAsync(benchmark, shared, scorer, sampling, model.Identity, style, progress, cancellationToken);
        if (problem is not null)
            progress.Report(new RunProgress("warning", 0, 0,
                $"The stored responses {files.ResponsesPath} are corrupt: {problem}. They are generated again."));

        using var deviceLock = device is null ? null : await store.LockDeviceAsync(device, what, progress, cancellationToken);
        var asked = new ResumingModel(model, shared ?? files.ReadUnfinished(), files.WriteUnfinished);
        var evaluation = await Evaluator.EvaluateAsync(benchmark, asked, scorer, sampling, style, progress, cancellationToken);
        files.Write(evaluation.Responses, benchmark.Items);
        return evaluation;
    }

    private static bool IsWhole(IReadOnlyList<Response> responses) => responses.All(r => r.FinishReason != FinishReason.Error);
}
