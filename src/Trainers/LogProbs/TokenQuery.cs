using static TorchSharp.torch;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>What is asked of the distributions that tokens are drawn from, besides the tokens' log-probabilities.</summary>
public sealed record TokenQuery
{
    /// <summary>Divides the logits. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Number type from the logits on; float32, or the decoder's where that is wider, when <c>null</c>.</summary>
    public ScalarType? Dtype { get; init; }

    /// <summary>Whether entropies are wanted.</summary>
    public bool Entropies { get; init; }

    /// <summary>Whether a loss uses the entropies, so that gradients flow through them.</summary>
    public bool EntropiesAreTrained { get; init; }

    /// <summary>Whether the mean log-probability over the vocabulary is wanted, with gradients: label smoothing.</summary>
    public bool Means { get; init; }

    /// <summary>Whether the likeliest tokens are wanted.</summary>
    public bool Likeliest { get; init; }

    /// <summary>Whether log Σ p² of each distribution is wanted, without gradients: how likely two draws are the same.</summary>
    public bool Collisions { get; init; }

    /// <summary>Whether the mean logit over the vocabulary is wanted, without gradients.</summary>
    public bool MeanLogits { get; init; }

    /// <summary>Bytes of one table [tokens, vocabulary]; <see cref="LogitsBudget"/>'s for the device when <c>null</c>.</summary>
    public long? TableBytes { get; init; }
}
