namespace SafetyGate.Core.Language;

/// <summary>
/// Identifies the model that answered, by digests rather than names or paths: a cache keyed by a path while the weights change is the
/// oldest way to get a false green.
/// </summary>
public sealed record ModelIdentity
{
    /// <summary>Name for people; takes no part in comparisons.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// SHA-256 over the weights (names, dtypes, shapes, bytes) and the architecture's configuration; lower-case hex. For an endpoint: the
    /// identity it reports.
    /// </summary>
    public required string WeightsDigest { get; init; }

    /// <summary>SHA-256 of the tokenizer's files; empty if the endpoint tokenizes.</summary>
    public required string TokenizerDigest { get; init; }

    /// <summary>Digest of the chat template or renderer; empty when there is none.</summary>
    public required string TemplateDigest { get; init; }

    /// <summary>
    /// Digest of the compute environment: engine version, device, dtype, thread count and our own code. Equal outcomes are called identical
    /// only when
    /// it is equal too.
    /// </summary>
    public required string EngineDigest { get; init; }
}
