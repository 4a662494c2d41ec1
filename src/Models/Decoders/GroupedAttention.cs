using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>Attention of H query heads over K key heads, G = H / K of the first to one of the second.</summary>
internal static class GroupedAttention
{
    /// <summary>Softmax of the scores, in float32 at least, times the values.</summary>
    /// <param name="queriesBTHE">[B, T, H, E], scaled. Borrowed.</param>
    /// <param name="keysBKSE">[B, K, S, E]. Borrowed.</param>
    /// <param name="valuesBKSE">[B, K, S, E]. Borrowed.</param>
    /// <param name="maskB11TS">Added to the scores, [B or 1, 1, 1, T, S]; <c>null</c> for nothing. Borrowed.</param>
    /// <param name="softcap">c of c · tanh(score / c), before the mask; <c>null</c> for none.</param>
    /// <returns>[B, T, H·E].</returns>
    public static Tensor Mix(Tensor queriesBTHE, Tensor keysBKSE, Tensor valuesBKSE, Tensor? maskB11TS, double? softcap = null)
    {
        var shape = queriesBTHE.shape;
        var (batch, tokens, heads, features) = (shape[0], shape[1], shape[2], shape[3]);
        var (keyHeads, seen) = (keysBKSE.shape[1], keysBKSE.shape[2]);

        // The G query heads of one key head are adjacent, so that keys are read in place instead of being repeated.
        var groupedBKGTE = queriesBTHE.transpose(1, 2).reshape(batch, keyHeads, heads / keyHeads * tokens, features);
        var scores = Products.Of(groupedBKGTE, keysBKSE.transpose(2, 3));
        if (softcap is { } cap) scores = scores.Over(cap).tanh().Times(cap);
        if (maskB11TS is not null)
            scores = (scores.view(batch, keyHeads, heads / keyHeads, tokens, seen).Plus(maskB11TS))
                .view(batch, keyHeads, heads / keyHeads * tokens, seen);
        return Products.Of(Softmax(scores), valuesBKSE).view(batch, heads, tokens, features).transpose(1, 2)
            .reshape(batch, tokens, heads * features);
    }

    /// <summary>
    /// Turns permissions, [B or 1, T, S], into a bias for the scores, [B or 1, 1, 1, T, S]: 0, or a very negative number.
    /// </summary>
    public static Tensor Mask(Tensor allowedBTS, ScalarType dtype)
    {
        var shape = allowedBTS.shape;
        return zeros([shape[0], 1, 1, shape[1], shape[2]], dtype, allowedBTS.device)
            .masked_fill_(allowedBTS.logical_not().view(shape[0], 1, 1, shape[1], shape[2]), Forbidden(dtype));
    }

    private static Tensor Softmax(Tensor scores) => scores.dtype is ScalarType.Float16 or ScalarType.BFloat16
        ? scores.to(ScalarType.Float32).softmax(-1).to(scores.dtype)
        : scores.softmax(-1);

    // Half the type's least number: its exponential is 0, and the sum with a score remains finite, so that a padding row,
    // which attends to nothing, gives numbers instead of NaN.
    internal static Scalar Forbidden(ScalarType dtype) => Scalars.Of(dtype switch
    {
        ScalarType.Float64 => double.MinValue / 2,
        ScalarType.Float16 => -32752f,
        _ => float.MinValue / 2,
    });
}
