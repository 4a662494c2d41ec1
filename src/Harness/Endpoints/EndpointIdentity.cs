using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// Identifies the model behind an endpoint. A served name identifies little: the weights under it can be exchanged any time. So the caller
/// states a revision or a digest, and when neither is stated results are never called identical and never taken from a store.
/// </summary>
public sealed record EndpointIdentity
{
    private static readonly string[] MovingNames = ["main", "master", "latest", "head", "default"];

    /// <summary>
    /// The model's name in requests, as <c>/v1/models</c> lists it. Empty only for <see cref="OpenAiEndpoint.ConnectAsync"/>: the one model
    /// the server has.
    /// </summary>
    public string ServedModel { get; init; } = "";

    /// <summary>
    /// Other names under which the endpoint may answer for <see cref="ServedModel"/>, as the <c>model</c> of its answers: a name with a
    /// date, a path. An answer under any other name is unscored. Default: none.
    /// </summary>
    public IReadOnlyList<string> AnswersAs { get; init; } = [];

    /// <summary>
    /// Whether answers under changing <c>system_fingerprint</c> are taken, as of a service that has several systems for one model. Default no:
    /// an answer under another one than the first is unscored.
    /// </summary>
    public bool AnyFingerprint { get; init; }

    /// <summary>Revision that fixes the weights, such as a commit of a model hub; not a branch. <c>null</c> if unknown.</summary>
    public string? Revision { get; init; }

    /// <summary>
    /// Digest of the weights (64 lower-case hex digits), such as <see cref="ExternalCheckpoint.DigestOf"/> of the served weights. Goes
    /// before
    /// <see cref="Revision"/>.
    /// </summary>
    public string? WeightsDigest { get; init; }

    /// <summary>Serving software, such as <c>vLLM 0.11.0, bfloat16, 2 × H200</c>; <c>null</c> when unknown.</summary>
    public string? Engine { get; init; }

    /// <summary>
    /// The server's description of the model: its entry of <c>/v1/models</c>, without fields that change from call to call.
    /// </summary>
    public JsonObject? Reported { get; init; }

    /// <summary>Digest of the tokenizer's files; empty if the endpoint does not disclose it.</summary>
    public string TokenizerDigest { get; init; } = "";

    /// <summary>
    /// Digest of the chat template; empty if the endpoint does not disclose it. Results under different digests are not comparable.
    /// </summary>
    public string TemplateDigest { get; init; } = "";

    /// <summary>
    /// Variables of the server's chat template, sent with each request as <c>chat_template_kwargs</c>; part of the identity. Named templates
    /// cannot be chosen on a server.
    /// </summary>
    public ChatSettings Chat { get; init; } = ChatSettings.Default;

    /// <summary>Validation errors, one sentence each; empty if the identity is valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(ServedModel)) yield return $"{nameof(ServedModel)} is empty; name the model as /v1/models lists it.";
        if (Chat.Template is { } template) yield return $"The chat template '{template}' is named, but a server has one template, its own; leave the name out.";
        if (AnswersAs.Any(string.IsNullOrWhiteSpace)) yield return $"{nameof(AnswersAs)} holds an empty name; leave it out.";
        if (Revision is not null && string.IsNullOrWhiteSpace(Revision))
            yield return $"{nameof(Revision)} is empty; leave it out when it is not known.";
        if (MovingNames.Contains(Revision?.Trim(), StringComparer.OrdinalIgnoreCase))
            yield return $"{nameof(Revision)} is '{Revision}', a name under which weights change; give a commit or a tag that stays, or leave it out.";
        if (WeightsDigest is { } digest && (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower)))
            yield return $"{nameof(WeightsDigest)} is '{digest}'; it must be a SHA-256, 64 lower-case hexadecimal digits.";
    }

    /// <summary>The identity that results carry. Its weights' digest is empty when neither revision nor digest is stated.</summary>
    public ModelIdentity ToModelIdentity() => new()
    {
        Name = WeightsDigest is not null ? $"{ServedModel} (weights {WeightsDigest[..Math.Min(12, WeightsDigest.Length)]})"
            : Revision is not null ? $"{ServedModel} @ {Revision}"
            : $"{ServedModel} (revision not stated)",
        WeightsDigest = WeightsDigest
            ?? (Revision is null ? "" : CanonicalJson.Digest(new JsonObject { ["endpoint"] = ServedModel, ["revision"] = Revision })),
        TokenizerDigest = TokenizerDigest,
        TemplateDigest = Chat.DigestWith(TemplateDigest),
        EngineDigest = CanonicalJson.Digest(Engines()),
    };

    private JsonObject Engines()
    {
        var engine = new JsonObject
        {
            ["kind"] = "endpoint",
            ["requests"] = ChatClientLanguageModel.RequestFormat,
            ["servedModel"] = ServedModel,
            ["engine"] = Engine,
            ["reported"] = Reported?.DeepClone(),
        };
        if (AnswersAs.Count > 0) engine["answersAs"] = new JsonArray([.. AnswersAs.Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]);
        if (AnyFingerprint) engine["anyFingerprint"] = true;
        return engine;
    }
}
