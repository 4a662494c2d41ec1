using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Shared state of all layers of one forward pass: positions of the tokens, and which of them a token attends to. Its tensors belong to the
/// pass's dispose scope.
/// </summary>
internal interface IForwardPlan
{
    /// <summary>Cosines and sines for the layer, [B or 1, T, 1, head features].</summary>
    Rotation RotationOf(LayerPlan plan);

    /// <summary>Mixes the values of the tokens each query attends to.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="queriesBTHE">[B, T, H, E], scaled.</param>
    /// <param name="keysBTKE">[B, T, K, E].</param>
    /// <param name="valuesBTKE">[B, T, K, E].</param>
    /// <returns>[B, T, H·E].</returns>
    torch.Tensor Attend(int layer, torch.Tensor queriesBTHE, torch.Tensor keysBTKE, torch.Tensor valuesBTKE);
}
