using static TorchSharp.torch;

namespace SafetyGate.Trainers.Sft;

/// <summary>The loss of some targets and what is reported of them. Sums, so that batches add up. Owns its tensors.</summary>
public sealed class SftLossTerms : IDisposable
{
    /// <summary>Scalar, nats, summed over the targets; differentiable.</summary>
    public required Tensor LossSum { get; init; }

    /// <summary>Scalar, nats: entropy of the predicted distributions, summed over the targets.</summary>
    public required Tensor EntropySum { get; init; }

    /// <summary>Scalar: targets that are the likeliest token.</summary>
    public required Tensor CorrectCount { get; init; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        LossSum.Dispose();
        EntropySum.Dispose();
        CorrectCount.Dispose();
    }
}
