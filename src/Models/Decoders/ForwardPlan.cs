using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>A pass over rows, after those a cache holds: rotations and masks, made once.</summary>
internal sealed class ForwardPlan : IForwardPlan
{
    private readonly Dictionary<RopeSettings, Rotation> _rotations;
    private readonly Dictionary<int, Tensor?> _masks = []; // by window; 0 means none

    private readonly LlamaDecoder _decoder;
    private readonly DecoderInput _input;
    private readonly KeyValueCache? _cache;
    private readonly Tensor? _sameSegmentBTS, _keepBS;
    private readonly long _past, _tokens;
    private readonly bool _oneToken;

    public ForwardPlan(LlamaDecoder decoder, DecoderInput input, KeyValueCache? cache)
    {
        (_decoder, _input, _cache, _past, _tokens) = (decoder, input, cache, cache?.Length ?? 0, input.IdsBT.shape[1]);
        if (input.SegmentsBT is { } segments) _sameSegmentBTS = segments.unsqueeze(2).eq(segments.unsqueeze(1));
        PositionsBT = input.PositionsBT ?? DefaultPositions();
        _rotations = Rotation.All(decoder, PositionsBT, Lengths());
        _oneToken = _tokens == 1 && cache is not null && OneTokenAttention.Serves(decoder, cache.Layer(0).Keys);
        _keepBS = input.KeepMaskBT?.contiguous();
        if (_oneToken) return;
        foreach (var plan in decoder.Config.LayerPlans) AddMask(plan); // now, in the pass's scope: a layer's own scope ends with the layer
    }

    public Tensor PositionsBT { get; }

    public bool Scales => _decoder.HasFusedAttention;

    public EmbeddingNoise? Noise => _input.Noise;

    public Rotation? RotationOf(LayerPlan plan) => plan.Rope is null ? null : _rotations[plan.Rope];

    public Tensor Attend(int layer, Tensor queriesBTHE, Tensor keysBTKE, Tensor valuesBTKE)
    {
        var (keys, values) = (keysBTKE.transpose(1, 2), valuesBTKE.transpose(1, 2));
        if (_cache is not null) (keys, values) = _cache.Append(layer, keys, values);
        var window = EffectiveWindow(_decoder.Config.LayerPlans[layer]);
        var mask = _masks[window];
        var asked = queriesBTHE.shape[1]; // the last of the new tokens
        if (Scales)
        {
            return FusedAttention.Mix(queriesBTHE, keys, values, asked == _tokens || mask is null ? mask : FusedAttention.Last(mask, _tokens), IsCausal(window) && asked > 1,
                _decoder.Config.AttentionScale);
        }
        return GroupedAttention.Mix(queriesBTHE, keys, values, asked == _tokens ? mask : mask?.narrow(3, _tokens - asked, asked), _decoder.Config.AttentionSoftcap);
    }

    public Tensor? AttendOneToken(int layer, Tensor queriesKeysB1NE, Tensor projectedB1NE)
    {
        if (!_oneToken) return null;
        var plan = _decoder.Config.LayerPlans[layer];
        var first = plan.Window is { } window ? Math.Max(0, _past + 1 - window) : 0;
        return OneTokenAttention.Mix(_decoder.Config, queriesKeysB1NE, projectedB1NE, RotationOf(plan), _cache!.Layer(layer), _past, first, _keepBS);
    }

    private int EffectiveWindow(LayerPlan plan) => plan.Window is { } size && size < _past + _tokens ? size : 0;

    private void AddMask(LayerPlan plan)
    {
        var window = EffectiveWindow(plan);
        if (!_masks.ContainsKey(window)) _masks.Add(window, BuildMask(window));
    }

    private Tensor? BuildMask(int window)
    {
        if (_tokens == 1 && window == 0 && _input.KeepMaskBT is null) return null; // one new token sees all before it
        if (IsCausal(window)) return null;
        var device = _decoder.Device;
        Tensor? allowedBTS = null;
        if (_tokens > 1 || window > 0)
        {
            var rowsT1 = Scalars.Range(_past, _past + _tokens, device).unsqueeze(1);
            var columnsS = Scalars.Range(0, _past + _tokens, device);
            allowedBTS = columnsS.le(rowsT1).unsqueeze(0);
            if (window > 0) allowedBTS = allowedBTS.logical_and(columnsS.gt(rowsT1.Plus(-(long)window))); // w keys, the token's own included
        }
        if (_input.KeepMaskBT is { } keep) allowedBTS = allowedBTS is null ? keep.unsqueeze(1) : allowedBTS.logical_and(keep.unsqueeze(1));
        if (_sameSegmentBTS is not null) allowedBTS = allowedBTS!.logical_and(_sameSegmentBTS);
        return Scales ? FusedAttention.Mask(allowedBTS!, _decoder) : GroupedAttention.Mask(allowedBTS!, _decoder.Dtype);
    }

    // Whether each token sees all before it and nothing else decides, so that the fused operator needs no mask.
    private bool IsCausal(int window) => Scales && _past == 0 && _tokens > 1 && window == 0 && _input.KeepMaskBT is null && _sameSegmentBTS is null
        && FusedAttention.IsCausalCheap(_decoder);

    // Of the sequence each token is in, where angles depend on it.
    private Tensor? Lengths()
    {
        if (_decoder.Config.Rotations.All(rope => rope.LongFrom is null)) return null;
        return _sameSegmentBTS is not null ? _sameSegmentBTS.to(ScalarType.Int64).sum(2) : PositionsBT.amax([1L], true).Plus(1L);
    }

    private Tensor DefaultPositions()
    {
        if (_sameSegmentBTS is not null)
        {
            // Number of preceding tokens in the same segment; padding is never attended to, so its count is arbitrary.
            return _sameSegmentBTS.tril(-1).to(ScalarType.Int64).sum(2);
        }
        if (_input.KeepMaskBT is { } keep) return keep.to(ScalarType.Int64).cumsum(1).Plus(-1L).clamp_min(Scalars.Of(0L)).narrow(1, _past, _tokens);
        return Scalars.Range(_past, _past + _tokens, _decoder.Device).unsqueeze(0);
    }
}
