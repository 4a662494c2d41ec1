using static TorchSharp.torch;

namespace SafetyGate.Trainers.Ppo;

/// <summary>A loss and what is reported of it. Owns its tensor.</summary>
/// <param name="Loss">Scalar; differentiable: policy loss + coefficient · value loss.</param>
/// <param name="PolicyLoss">Mean clipped policy loss.</param>
/// <param name="ValueLoss">Half the mean clipped squared error of the values.</param>
/// <param name="PolicyClipFraction">Share of the tokens whose ratio is clipped.</param>
/// <param name="ValueClipFraction">Share of the value positions whose clipped value counts.</param>
/// <param name="ApproxKl">½ (log ratio)², mean over the tokens: how far the update has moved the policy.</param>
/// <param name="Ratio">Mean ratio new / sampling policy over the tokens.</param>
public sealed record PpoLossTerms(Tensor Loss, double PolicyLoss, double ValueLoss, double PolicyClipFraction, double ValueClipFraction, double ApproxKl, double Ratio)
    : IDisposable
{
    /// <summary>Frees the tensor.</summary>
    public void Dispose() => Loss.Dispose();
}
