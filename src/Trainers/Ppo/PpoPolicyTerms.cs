using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Ppo;

/// <summary>The policy's loss and what is reported of it. Owns its tensor.</summary>
/// <param name="Loss">Scalar; differentiable: the clipped policy loss.</param>
/// <param name="ClipFraction">Share of the tokens whose ratio is clipped.</param>
/// <param name="ApproxKl">½ (log ratio)², mean over the tokens: how far the updates have moved the policy.</param>
/// <param name="Ratio">Mean ratio new / sampling policy over the tokens.</param>
public sealed record PpoPolicyTerms(Tensor Loss, double ClipFraction, double ApproxKl, double Ratio) : IDisposable
{
    /// <summary>Frees the tensor.</summary>
    public void Dispose() => Loss.Dispose();
}
