using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>A rotation of queries and keys: x·cosine + (halves of x swapped)·sine; the sine carries the sign of the swap.</summary>
internal sealed record Rotation(Tensor Cosine, Tensor Sine)
{
    /// <summary>The rotations of every layer, by settings.</summary>
    public static Dictionary<RopeSettings, Rotation> All(LlamaDecoder decoder, Tensor positionsBT)
    {
        var rotations = new Dictionary<RopeSettings, Rotation>();
        var wide = decoder.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        foreach (var rope in decoder.Config.LayerPlans.Select(plan => plan.Rope).Distinct())
        {
            var anglesBTH = positionsBT.to(wide).unsqueeze(-1) * decoder.InverseFrequencies(rope);
            var (cosine, sine) = (anglesBTH.cos(), anglesBTH.sin());
            rotations.Add(rope, new Rotation(
                cat([cosine, cosine], -1).unsqueeze(2).to(decoder.Dtype),
                cat([-sine, sine], -1).unsqueeze(2).to(decoder.Dtype)));
        }
        return rotations;
    }
}
