using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// <see cref="GroupedAttention"/> as one operator of libtorch, scaled_dot_product_attention, which never has the table of scores: for passes
/// over several tokens on a GPU.
/// </summary>
/// <remarks>
/// Its kernels take either no mask or as many key heads as query heads. So under a mask the G query heads of a key head become rows of one
/// head, as in <see cref="GroupedAttention"/>, and the mask is repeated for them, once a pass.
/// </remarks>
internal static class FusedAttention
{
    // Columns of a mask in memory: kernels read it in steps, and copy one whose rows lie otherwise.
    private const long Alignment = 16;

    /// <summary>Whether it computes a family's attention on a device; a cap of the scores it cannot.</summary>
    public static bool Serves(DecoderConfig config, Device device) => config.AttentionSoftcap is null && ScriptedOperators.Serve(device);

    /// <summary>Whether there is a kernel for grouped heads without a mask: only in 16 bits, and on the CPU.</summary>
    public static bool IsCausalCheap(LlamaDecoder decoder) => Groups(decoder) == 1 || decoder.Device.type == DeviceType.CPU
        || decoder.Dtype is ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>Turns permissions, [B or 1, T, S], into a bias for the scores of G query heads, [B or 1, 1, G·T, S].</summary>
    public static Tensor Mask(Tensor allowedBTS, LlamaDecoder decoder)
    {
        var (batch, tokens, seen, groups) = (allowedBTS.shape[0], allowedBTS.shape[1], allowedBTS.shape[2], Groups(decoder));
        var columns = (seen + Alignment - 1) / Alignment * Alignment;
        var mask = zeros([batch, 1, groups * tokens, columns], decoder.Dtype, decoder.Device).narrow(-1, 0, seen);
        mask.view(batch, groups, tokens, seen).masked_fill_(allowedBTS.logical_not().unsqueeze(1), GroupedAttention.Forbidden(decoder.Dtype));
        return mask;
    }

    /// <summary>The mask of the last of T tokens.</summary>
    public static Tensor Last(Tensor maskB1RS, long tokens)
    {
        var (batch, rows, seen) = (maskB1RS.shape[0], maskB1RS.shape[2], maskB1RS.shape[3]);
        return maskB1RS.view(batch, rows / tokens, tokens, seen).narrow(2, tokens - 1, 1).transpose(1, 2);
    }

    /// <summary>Softmax of the scores times the values.</summary>
    /// <param name="queriesBTHE">[B, T, H, E], not scaled. Borrowed.</param>
    /// <param name="keysBKSE">[B, K, S, E]. Borrowed.</param>
    /// <param name="valuesBKSE">[B, K, S, E]. Borrowed.</param>
    /// <param name="maskB1RS">From <see cref="Mask"/>, [B or 1, 1, G·T, S]; <c>null</c> for nothing. Borrowed.</param>
    /// <param name="isCausal">Whether each token sees those up to itself; without a mask, of T = S.</param>
    /// <param name="scale">Of the scores.</param>
    /// <returns>[B, T, H·E].</returns>
    public static Tensor Mix(Tensor queriesBTHE, Tensor keysBKSE, Tensor valuesBKSE, Tensor? maskB1RS, bool isCausal, double scale)
    {
        var shape = queriesBTHE.shape;
        var (batch, tokens, heads, features, keyHeads) = (shape[0], shape[1], shape[2], shape[3], keysBKSE.shape[1]);
        var queriesBHTE = queriesBTHE.transpose(1, 2);
        if (isCausal)
            return ScriptedOperators.Attention(queriesBHTE, keysBKSE, valuesBKSE, null, isCausal: true, scale).transpose(1, 2).reshape(batch, tokens, heads * features);
        var mixedBKRE = ScriptedOperators.Attention(queriesBHTE.reshape(batch, keyHeads, heads / keyHeads * tokens, features), keysBKSE, valuesBKSE, maskB1RS, isCausal: false, scale);
        return mixedBKRE.reshape(batch, keyHeads, heads / keyHeads, tokens, features).permute(0, 3, 1, 2, 4).reshape(batch, tokens, heads * features);
    }

    private static long Groups(LlamaDecoder decoder) => decoder.Config.Heads / decoder.Config.KeyValueHeads;
}
