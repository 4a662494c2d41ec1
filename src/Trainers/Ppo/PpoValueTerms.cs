using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Ppo;

/// <summary>The values' loss and what is reported of it. Owns its tensor.</summary>
/// <param name="Loss">Scalar; differentiable: half the mean clipped squared error.</param>
/// <param name="ClipFraction">Share of the value positions whose clipped value counts.</param>
public sealed record PpoValueTerms(Tensor Loss, double ClipFraction) : IDisposable
{
    /// <summary>Frees the tensor.</summary>
    public void Dispose() => Loss.Dispose();
}
