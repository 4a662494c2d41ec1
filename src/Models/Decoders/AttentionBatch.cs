using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>Rows of a packed pass that attend together, padded on the right. Its tensors belong to the pass's dispose scope.</summary>
/// <remarks>
/// R rows, T queries of the longest, S keys of the longest. The key at index s of a row has position s, its query t the position prefix +
/// t: the mask needs no more.
/// </remarks>
internal sealed class AttentionBatch
{
    private readonly Dictionary<int, Tensor?> _masks = []; // by window; 0 for none
    private readonly LlamaDecoder _decoder;
    private readonly bool _isCausal;
    private readonly Tensor _queryCells, _keyCells;
    private readonly long _rows, _tokens, _keys;

    public AttentionBatch(LlamaDecoder decoder, IReadOnlyList<AttentionRow> rows)
    {
        (_decoder, _isCausal) = (decoder, decoder.HasFusedAttention && rows.All(row => row.PrefixCount == 0) && FusedAttention.IsCausalCheap(decoder));
        (_rows, _tokens, _keys) = (rows.Count, rows.Max(row => row.QueryCount), rows.Max(row => row.KeyCount));
        var (queries, keys) = (new long[_rows * _tokens], new long[_rows * _keys]); // padding reads token 0 and is masked or dropped
        for (var r = 0; r < rows.Count; r++)
        {
            for (var t = 0; t < rows[r].QueryCount; t++) queries[(r * _tokens) + t] = rows[r].QueryStart + t;
            for (var s = 0; s < rows[r].KeyCount; s++) keys[(r * _keys) + s] = rows[r].Key(s);
        }
        (_queryCells, _keyCells) = (tensor(queries, ScalarType.Int64, decoder.Device), tensor(keys, ScalarType.Int64, decoder.Device));
        var prefixesR11 = tensor(rows.Select(row => (long)row.PrefixCount).ToArray(), [_rows, 1, 1], ScalarType.Int64, decoder.Device);
        var queriesRT1 = prefixesR11.Plus(Scalars.Range(0, _tokens, decoder.Device).view(1, -1, 1));
        var keysS = Scalars.Range(0, _keys, decoder.Device).view(1, 1, -1);
        foreach (var window in decoder.Config.LayerPlans.Select(plan => Effective(plan.Window)).Distinct()) // now, in the pass's scope: a layer's own scope ends with the layer
        {
            if (_isCausal && window == 0)
            {
                _masks.Add(window, null);
                continue;
            }
            var allowedRTS = keysS.le(queriesRT1);
            if (window > 0) allowedRTS = allowedRTS.logical_and(keysS.gt(queriesRT1.Plus(-(long)window))); // w keys, the token's own included
            _masks.Add(window, decoder.HasFusedAttention ? FusedAttention.Mask(allowedRTS, decoder) : GroupedAttention.Mask(allowedRTS, decoder.Dtype));
        }
    }

    /// <summary>Output of the attention, [R·T, H·E].</summary>
    public Tensor Attend(Tensor queriesNHE, Tensor keysNKE, Tensor valuesNKE, int? window)
    {
        var (heads, keyHeads, features) = (queriesNHE.shape[1], keysNKE.shape[1], keysNKE.shape[2]);
        var queries = queriesNHE.index_select(0, _queryCells).view(_rows, _tokens, heads, features);
        var keys = keysNKE.index_select(0, _keyCells).view(_rows, _keys, keyHeads, features).transpose(1, 2);
        var values = valuesNKE.index_select(0, _keyCells).view(_rows, _keys, keyHeads, features).transpose(1, 2);
        var mask = _masks[Effective(window)];
        var mixed = _decoder.HasFusedAttention
            ? FusedAttention.Mix(queries, keys, values, mask, mask is null, _decoder.Config.AttentionScale)
            : GroupedAttention.Mix(queries, keys, values, mask, _decoder.Config.AttentionSoftcap);
        return mixed.view(_rows * _tokens, heads * features);
    }

    private int Effective(int? window) => window is { } size && size < _keys ? size : 0;
}
