using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// A served model as the fixture of test classes: compared with the one served before, or with its approved result alone. The verbs are those
/// of a training run.
/// </summary>
/// <example><code>
/// public sealed class Assistant() : EndpointFixture(
///     before: ServedEndpoint.At("http://localhost:8000", "assistant", revision: "4c1f0d9"),
///     after: ServedEndpoint.FromVariable("CANDIDATE_URL", "assistant"),
///     Suites.Gated);
/// </code></example>
public abstract class EndpointFixture : CheckpointFixture<MeasuredEndpoint>
{
    private readonly ServedEndpoint? _before;
    private readonly ServedEndpoint _after;
    private ServedRun? _run;

    /// <summary>A fixture for two served models.</summary>
    /// <param name="before">The model that is compared with, in the place of the untuned reference.</param>
    /// <param name="after">The model that is judged.</param>
    /// <param name="gated">The metrics that gate; their names differ.</param>
    /// <exception cref="ArgumentException">No metric, or two of one name.</exception>
    protected EndpointFixture(ServedEndpoint before, ServedEndpoint after, params IReadOnlyList<GatedMetric> gated) : base(gated) => (_before, _after) = (before, after);

    /// <summary>A fixture for one served model, which is compared with its approved result; the first approved one is its anchor.</summary>
    /// <param name="after">The model that is judged.</param>
    /// <param name="gated">The metrics that gate; their names differ.</param>
    /// <exception cref="ArgumentException">No metric, or two of one name.</exception>
    protected EndpointFixture(ServedEndpoint after, params IReadOnlyList<GatedMetric> gated) : base(gated) => _after = after;

    /// <summary>The models, for specs that look at more than the gated metrics.</summary>
    public ServedRun Run => _run ?? throw NotStarted;

    private protected override string Subject => "model";

    private protected override IReadOnlyList<IDisposable> Started => _run is null ? [] : [_run];

    private protected override async Task StartAsync(RunStore store, IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        _run = await ServedRun.ConnectAsync(_before, _after, store, progress, cancellationToken);

    private protected override Task<EvaluationResult> NowAsync(GatedMetric metric, CancellationToken cancellationToken) =>
        Run.EvaluateAsync(metric, cancellationToken);

    private protected override Task<EvaluationResult?> BeforeAsync(GatedMetric metric, CancellationToken cancellationToken) =>
        Run.EvaluateReferenceAsync(metric, cancellationToken);

    private protected override Task<EvaluationResult> LookAsync(GatedMetric metric, IReadOnlyList<int> looks, int look, CancellationToken cancellationToken) =>
        Run.EvaluateLookAsync(metric, looks, look, cancellationToken);

    private protected override MeasuredEndpoint Measured(BaselineKey spec, MeasuredMetric subject, IReadOnlyList<MeasuredMetric> measured) => new()
    {
        Subject = subject,
        Gated = measured,
        Declared = Gated.Count,
        Untuned = Run.Untuned,
        Served = Words,
        Recipe = Identity(Run.After),
        Spec = spec,
        Folders = Folders,
        Session = Session,
    };

    private string Words => $"{Run.After.Name} at {_after.Place}"
        + (_before is { } before ? $", compared with {Run.Before!.Name} at {before.Place}" : "")
        + (Run.After.WeightsDigest.Length > 0 ? $"; responses in {Run.Responses}" : "; its responses are not kept, because nothing states its weights");

    // The name of the fixture: one model after the other is served under it, and their results are compared.
    private RecipeIdentity Identity(ModelIdentity model) => new()
    {
        Name = GetType().Name,
        Digest = CanonicalJson.Digest(new JsonObject { ["served"] = model.Name, ["weights"] = model.WeightsDigest, ["template"] = model.TemplateDigest, ["engine"] = model.EngineDigest }),
        Seeds = [0],
    };
}
