using SafetyGate.Models.Families;
using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Shared state of all layers of one forward pass: positions of the tokens, and which of them a token attends to. Its tensors belong to the
/// pass's dispose scope.
/// </summary>
internal interface IForwardPlan
{
    /// <summary>[B or 1, T], int64: positions of the tokens.</summary>
    torch.Tensor PositionsBT { get; }

    /// <summary>Whether the scale of the scores is left to <see cref="Attend"/>.</summary>
    bool Scales => false;

    /// <summary>Noise on the embeddings; <c>null</c>: none.</summary>
    EmbeddingNoise? Noise => null;

    /// <summary>Cosines and sines for the layer, [B or 1, T, 1, turned features]; <c>null</c> for a layer without positions.</summary>
    Rotation? RotationOf(LayerPlan plan);

    /// <summary>Mixes the values of the tokens each query attends to.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="queriesBTHE">[B, T, H, E], scaled unless <see cref="Scales"/>; of the last of the tokens when there are fewer than keys.</param>
    /// <param name="keysBTKE">[B, T, K, E].</param>
    /// <param name="valuesBTKE">[B, T, K, E].</param>
    /// <returns>[B, T, H·E].</returns>
    torch.Tensor Attend(int layer, torch.Tensor queriesBTHE, torch.Tensor keysBTKE, torch.Tensor valuesBTKE);

    /// <summary>Rotates and mixes at once, for passes over one new token that can.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="queriesKeysB1NE">Queries and keys, [B, 1, H + K or more, E], not yet rotated.</param>
    /// <param name="projectedB1NE">[B, 1, H + 2K, E], the values last.</param>
    /// <returns>[B, 1, H·E]; <c>null</c> for other passes.</returns>
    torch.Tensor? AttendOneToken(int layer, torch.Tensor queriesKeysB1NE, torch.Tensor projectedB1NE) => null;
}
