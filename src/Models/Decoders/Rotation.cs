using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// A rotation of queries and keys: x·cosine + (halves of x swapped)·sine for the first of a head's features, as many as there are cosines; the
/// sine carries the sign of the swap.
/// </summary>
internal sealed record Rotation(Tensor Cosine, Tensor Sine)
{
    /// <summary>The rotations of every layer, by settings.</summary>
    /// <param name="decoder">Whose layers.</param>
    /// <param name="positionsBT">[B or 1, T]: positions of the tokens.</param>
    /// <param name="lengthsBT">[B or 1, T or 1]: length of the sequence each token is in; <c>null</c>: below any at which angles change.</param>
    public static Dictionary<RopeSettings, Rotation> All(LlamaDecoder decoder, Tensor positionsBT, Tensor? lengthsBT)
    {
        var rotations = new Dictionary<RopeSettings, Rotation>();
        var wide = decoder.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        foreach (var rope in decoder.Config.Rotations)
        {
            var anglesBTH = positionsBT.to(wide).unsqueeze(-1) * Frequencies(decoder, rope, lengthsBT);
            var (cosine, sine) = (anglesBTH.cos(), anglesBTH.sin());
            if (rope.AttentionFactor != 1) (cosine, sine) = (cosine.Times(rope.AttentionFactor), sine.Times(rope.AttentionFactor));
            rotations.Add(rope, new Rotation(
                cat([cosine, cosine], -1).unsqueeze(2).to(decoder.Dtype),
                cat([-sine, sine], -1).unsqueeze(2).to(decoder.Dtype)));
        }
        return rotations;
    }

    /// <summary>Turns the features of heads, [B, T, heads, E].</summary>
    public Tensor Turn(Tensor xBTNE)
    {
        var (turned, features) = (Cosine.shape[^1], xBTNE.shape[^1]);
        if (turned == features) return Whole(xBTNE);
        return cat([Whole(xBTNE.narrow(-1, 0, turned)), xBTNE.narrow(-1, turned, features - turned)], -1);
    }

    private Tensor Whole(Tensor xBTNE) => (xBTNE * Cosine).Plus(xBTNE.roll(xBTNE.shape[^1] / 2, -1) * Sine);

    private static Tensor Frequencies(LlamaDecoder decoder, RopeSettings rope, Tensor? lengthsBT)
    {
        var usual = decoder.InverseFrequencies(rope, isLong: false);
        return rope.LongFrom is { } from && lengthsBT is not null
            ? where(lengthsBT.ge(Scalars.Of((long)from)).unsqueeze(-1), decoder.InverseFrequencies(rope, isLong: true), usual)
            : usual;
    }
}
