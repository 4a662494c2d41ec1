using static TorchSharp.torch;

namespace SafetyGate.Trainers.Grpo;

/// <summary>A loss and what is reported of it. Owns its tensor.</summary>
/// <param name="Loss">Scalar; differentiable. The losses of an update's micro-batches add up.</param>
/// <param name="Metrics">By TRL's names: <c>entropy</c>, <c>kl</c>, <c>clip_ratio/low_mean</c>, …</param>
public sealed record GrpoLossTerms(Tensor Loss, IReadOnlyDictionary<string, double> Metrics) : IDisposable
{
    /// <summary>Entropy of the tokens that the entropy bonus acts on, nats, summed, and their number; read where its weight is steered.</summary>
    public (double Sum, double Tokens) Entropy { get; init; }

    /// <summary>Frees the tensor.</summary>
    public void Dispose() => Loss.Dispose();
}
