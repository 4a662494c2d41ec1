using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// A served model in use, with the one it is compared with: each evaluated at most once per metric. A fixture of a test class wraps it; a
/// console program can use it as it is. May be used from several threads; work is done one piece at a time.
/// </summary>
public sealed class ServedRun : IDisposable
{
    private const string Origin = "endpoint";
    private readonly SemaphoreSlim _turn = new(1);
    private readonly (ServedEndpoint Endpoint, ILanguageModel Model) _after;
    private readonly (ServedEndpoint Endpoint, ILanguageModel Model)? _before;
    private readonly MetricEvaluations _evaluations;

    private ServedRun((ServedEndpoint, ILanguageModel) after, (ServedEndpoint, ILanguageModel)? before, RunStore store, IProgress<RunProgress> progress)
    {
        (_after, _before) = (after, before);
        var responses = store.OtherEvaluations(device: null);
        Responses = responses.Directory;
        _evaluations = new(() => _after.Model, () => _before!.Value.Model, responses, responses, Origin, (_after.Model.Identity.Name, _before?.Model.Identity.Name ?? ""), progress);
    }

    /// <summary>The model that is judged.</summary>
    public ModelIdentity After => _after.Model.Identity;

    /// <summary>The model it is compared with; <c>null</c> if there is none but its approved result.</summary>
    public ModelIdentity? Before => _before?.Model.Identity;

    /// <summary>Folder of the responses of models whose weights are stated; others are not kept.</summary>
    public string Responses { get; }

    /// <summary>Why the two models are one, for people; <c>null</c> if they are not, or there is only one.</summary>
    public string? Untuned => _before is not { } before ? null
        : Before!.WeightsDigest.Length > 0 && Before.WeightsDigest == After.WeightsDigest
            ? $"before and after are one model: both have the weights' digest {After.WeightsDigest} ({Before.Name} and {After.Name})"
        : Before == After && before.Endpoint.Place == _after.Endpoint.Place
            ? $"before and after are one model: {After.Name} at {_after.Endpoint.Place}"
            : null;

    /// <summary>Connects to the servers.</summary>
    /// <param name="before">The model compared with; <c>null</c> for none but the approved result.</param>
    /// <param name="after">The model that is judged.</param>
    /// <param name="store">Where responses are kept, of models whose weights are stated.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="UserErrorException">A server cannot be used; the message says which and why.</exception>
    public static async Task<ServedRun> ConnectAsync(ServedEndpoint? before, ServedEndpoint after, RunStore store, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        var judged = await after.OpenAsync(cancellationToken);
        try
        {
            return new((after, judged), before is null ? null : (before, await before.OpenAsync(cancellationToken)), store, progress);
        }
        catch
        {
            (judged as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Evaluates the model that is judged.</summary>
    /// <exception cref="UserErrorException">It gave no answer at all (exit code 69); the message has the commonest reason.</exception>
    public Task<EvaluationResult> EvaluateAsync(GatedMetric metric, CancellationToken cancellationToken) =>
        InTurnAsync(_after.Endpoint, () => _evaluations.OfAsync(metric, isReference: false, cancellationToken), cancellationToken);

    /// <summary>Evaluates the model it is compared with; <c>null</c> if there is none.</summary>
    /// <exception cref="UserErrorException">As for <see cref="EvaluateAsync"/>.</exception>
    public async Task<EvaluationResult?> EvaluateReferenceAsync(GatedMetric metric, CancellationToken cancellationToken) =>
        _before is not { } before ? null
            : await InTurnAsync(before.Endpoint, () => _evaluations.OfAsync(metric, isReference: true, cancellationToken), cancellationToken);

    /// <summary>Evaluates the model that is judged on the first items of a metric, look by look, as <see cref="TrainedRun.EvaluateLookAsync"/>.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="looks">After how many items it is looked at; increasing.</param>
    /// <param name="look">Up to which of these looks, from 0.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="UserErrorException">As for <see cref="EvaluateAsync"/>.</exception>
    public Task<EvaluationResult> EvaluateLookAsync(GatedMetric metric, IReadOnlyList<int> looks, int look, CancellationToken cancellationToken) =>
        InTurnAsync(_after.Endpoint, () => _evaluations.LookAsync(metric, looks, look, cancellationToken), cancellationToken);

    /// <summary>Closes the models.</summary>
    public void Dispose()
    {
        (_after.Model as IDisposable)?.Dispose();
        (_before?.Model as IDisposable)?.Dispose();
        _turn.Dispose();
    }

    private async Task<EvaluationResult> InTurnAsync(ServedEndpoint endpoint, Func<Task<EvaluationResult>> evaluate, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return Answered(endpoint, await evaluate());
        }
        finally
        {
            _turn.Release();
        }
    }

    // A server that is away says nothing about its model: a message about the server, not a verdict on unscored items.
    private static EvaluationResult Answered(ServedEndpoint endpoint, EvaluationResult evaluation)
    {
        if (evaluation.Responses.Any(one => one.Response.FinishReason != FinishReason.Error)) return evaluation;
        var reasons = evaluation.Responses.GroupBy(one => one.Response.Error ?? "no reason was given", StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First();
        throw new UserErrorException(Invariant($"The endpoint {endpoint.Place} gave no answer to any of {evaluation.Responses.Count} requests on {evaluation.Measurement.Benchmark}; the commonest reason, {reasons.Count()} times: {reasons.Key}"), GateExitCode.MissingEngine);
    }
}
