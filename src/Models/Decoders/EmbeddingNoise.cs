using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Noise on the embeddings of a pass of training (NEFTune, arXiv:2310.05914): even in ±α/√(T·D), T tokens of a row with its padding, D numbers of
/// an embedding. Before a family's scale of embeddings and its positions.
/// </summary>
/// <param name="Alpha">α, above 0.</param>
/// <param name="Seed">The noise is a function of it, so that a pass that is computed again has the same.</param>
public sealed record EmbeddingNoise(double Alpha, ulong Seed)
{
    /// <summary>Embeddings with the noise.</summary>
    /// <param name="embeddedBTD">[B, T, D]. Borrowed.</param>
    /// <returns>[B, T, D]; in the caller's dispose scope.</returns>
    public Tensor AddedTo(Tensor embeddedBTD)
    {
        var most = Alpha / Math.Sqrt((double)embeddedBTD.shape[1] * embeddedBTD.shape[2]);
        Tensor noise;
        using (no_grad()) noise = RandomTensors.Even(embeddedBTD.shape, Seed, embeddedBTD.device).Times(2 * most).Plus(-most).to(embeddedBTD.dtype);

        return embeddedBTD.Plus(noise);
    }
}
