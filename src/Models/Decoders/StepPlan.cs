using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// A pass over one new token of each row that takes nothing from the host: where the token goes and what it attends to are tensors, and
/// every shape is that of the cache's whole room. So its operators can be recorded once and repeated for every token.
/// </summary>
/// <remarks>B rows, S columns of the cache. Rows are padded on the left: a row's first token is in column <c>starts[b]</c>.</remarks>
internal sealed class StepPlan : IForwardPlan
{
    private readonly LlamaDecoder _decoder;
    private readonly KeyValueCache _cache;
    private readonly Tensor _column1;
    private readonly Dictionary<RopeSettings, Rotation> _rotations;
    private readonly Dictionary<int, Tensor> _masks = []; // by window; 0 for none

    /// <param name="decoder">The decoder.</param>
    /// <param name="cache">Keys and values; its unused room holds finite numbers.</param>
    /// <param name="column1">[1], int64: the column of the new tokens. Borrowed.</param>
    /// <param name="startsB1">[B, 1], int64: the first column of each row. Borrowed.</param>
    public StepPlan(LlamaDecoder decoder, KeyValueCache cache, Tensor column1, Tensor startsB1)
    {
        (_decoder, _cache, _column1) = (decoder, cache, column1);
        PositionsBT = column1 - startsB1;
        _rotations = Rotation.All(decoder, PositionsBT, lengthsBT: null);
        var columnsS = Scalars.Range(0, cache.Capacity, decoder.Device);
        var allowedBS = columnsS.le(column1).logical_and(columnsS.ge(startsB1));
        foreach (var window in decoder.Config.LayerPlans.Select(Effective).Distinct())
        {
            var seenBS = window == 0 ? allowedBS : allowedBS.logical_and(columnsS.gt(column1.Plus(-(long)window))); // w keys, the token's own included
            _masks.Add(window, GroupedAttention.Mask(seenBS.unsqueeze(1), decoder.Dtype));
        }
    }

    public Tensor PositionsBT { get; }

    public Rotation? RotationOf(LayerPlan plan) => plan.Rope is null ? null : _rotations[plan.Rope];

    public Tensor Attend(int layer, Tensor queriesBTHE, Tensor keysBTKE, Tensor valuesBTKE)
    {
        var (keys, values) = _cache.Layer(layer);
        keys.index_copy_(2, _column1, keysBTKE.transpose(1, 2));
        values.index_copy_(2, _column1, valuesBTKE.transpose(1, 2));
        return GroupedAttention.Mix(queriesBTHE, keys, values, _masks[Effective(_decoder.Config.LayerPlans[layer])], _decoder.Config.AttentionSoftcap);
    }

    private int Effective(LayerPlan plan) => plan.Window is { } size && size < _cache.Capacity ? size : 0;
}
