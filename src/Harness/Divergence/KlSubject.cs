using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Divergence;

/// <summary>
/// What a KL was measured on: the prompts as they were put to the models, and the two models. A statement that joins the KL with a score
/// holds only if both are of the same.
/// </summary>
public sealed record KlSubject
{
    /// <summary>Digest of the benchmark: every field of every item, in order.</summary>
    public required string BenchmarkDigest { get; init; }

    /// <summary>Ids of all prompts of the benchmark, in its order; those of a pool begin with their suite.</summary>
    public required IReadOnlyList<string> PromptIds { get; init; }

    /// <summary>As conversations or as plain text.</summary>
    public required PromptStyle Style { get; init; }

    /// <summary>Digest of the tokenizer both models read with.</summary>
    public required string TokenizerDigest { get; init; }

    /// <summary>Digest of the chat template both models read with.</summary>
    public required string TemplateDigest { get; init; }

    /// <summary>Digest of the weights of the policy that answered.</summary>
    public required string PolicyWeights { get; init; }

    /// <summary>Digest of the weights of the reference.</summary>
    public required string ReferenceWeights { get; init; }
}
