using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>What all layers of one forward pass share: rotations and masks, made once. Its tensors belong to the pass's dispose scope.</summary>
internal sealed class ForwardPlan
{
    private readonly Dictionary<RopeSettings, Rotation> _rotations = [];
    private readonly Dictionary<int, Tensor?> _masks = []; // by window; 0 stands for none

    private readonly LlamaDecoder _decoder;
    private readonly DecoderInput _input;
    private readonly Tensor? _sameSegmentBTS;
    private readonly Tensor _positionsBT;
    private readonly long _past, _tokens;

    public ForwardPlan(LlamaDecoder decoder, DecoderInput input, long past)
    {
        (_decoder, _input, _past, _tokens) = (decoder, input, past, input.IdsBT.shape[1]);
        if (input.SegmentsBT is { } segments) _sameSegmentBTS = segments.unsqueeze(2).eq(segments.unsqueeze(1));
        _positionsBT = input.PositionsBT ?? DefaultPositions();
        foreach (var plan in decoder.Config.LayerPlans) // now, in the pass's scope: a layer's own scope ends with the layer
        {
            AddRotation(plan);
            AddMask(plan);
        }
    }

    /// <summary>Cosines and sines for the layer, [B or 1, T, 1, head features].</summary>
    public Rotation RotationOf(LayerPlan plan) => _rotations[plan.Rope];

    /// <summary>What is added to the scores, [B or 1, 1, 1, T, S]: 0 where a token may look, a very negative number elsewhere; <c>null</c> when it may look everywhere.</summary>
    public Tensor? MaskOf(LayerPlan plan) => _masks[EffectiveWindow(plan)];

    private int EffectiveWindow(LayerPlan plan) => plan.Window is { } size && size < _past + _tokens ? size : 0;

    private void AddRotation(LayerPlan plan)
    {
        if (_rotations.ContainsKey(plan.Rope)) return;
        var wide = _decoder.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var anglesBTH = _positionsBT.to(wide).unsqueeze(-1) * _decoder.InverseFrequencies(plan.Rope);
        var (cosine, sine) = (anglesBTH.cos(), anglesBTH.sin());
        _rotations.Add(plan.Rope, new Rotation(
            cat([cosine, cosine], -1).unsqueeze(2).to(_decoder.Dtype),
            cat([-sine, sine], -1).unsqueeze(2).to(_decoder.Dtype)));
    }

    private void AddMask(LayerPlan plan)
    {
        var window = EffectiveWindow(plan);
        if (!_masks.ContainsKey(window)) _masks.Add(window, BuildMask(window));
    }

    private Tensor? BuildMask(int window)
    {
        if (_tokens == 1 && window == 0 && _input.KeepMaskBT is null) return null; // one new token sees all before it
        var device = _decoder.Device;
        Tensor? allowedBTS = null;
        if (_tokens > 1 || window > 0)
        {
            var rowsT1 = arange(_past, _past + _tokens, ScalarType.Int64, device).unsqueeze(1);
            var columnsS = arange(_past + _tokens, ScalarType.Int64, device);
            allowedBTS = columnsS.le(rowsT1).unsqueeze(0);
            if (window > 0) allowedBTS = allowedBTS.logical_and(columnsS.gt(rowsT1 - window)); // w keys, the token's own included
        }
        if (_input.KeepMaskBT is { } keep) allowedBTS = allowedBTS is null ? keep.unsqueeze(1) : allowedBTS.logical_and(keep.unsqueeze(1));
        if (_sameSegmentBTS is not null) allowedBTS = allowedBTS!.logical_and(_sameSegmentBTS);
        var shape = allowedBTS!.shape;
        return zeros([shape[0], 1, 1, shape[1], shape[2]], _decoder.Dtype, device)
            .masked_fill_(allowedBTS.logical_not().view(shape[0], 1, 1, shape[1], shape[2]), Forbidden(_decoder.Dtype));
    }

    // Half the type's least number: the exponential of it is 0, and adding a score to it stays finite, so that a padding row,
    // which may look nowhere, gives numbers instead of NaN.
    private static Scalar Forbidden(ScalarType dtype) => dtype switch
    {
        ScalarType.Float64 => double.MinValue / 2,
        ScalarType.Float16 => -32752f,
        _ => float.MinValue / 2,
    };

    private Tensor DefaultPositions()
    {
        if (_sameSegmentBTS is not null)
        {
            // How many tokens of its own segment stand before it; padding, which no one looks at, may count as it likes.
            return _sameSegmentBTS.tril(-1).to(ScalarType.Int64).sum(2);
        }
        if (_input.KeepMaskBT is { } keep) return (keep.to(ScalarType.Int64).cumsum(1) - 1).clamp_min(0).narrow(1, _past, _tokens);
        return arange(_past, _past + _tokens, ScalarType.Int64, _decoder.Device).unsqueeze(0);
    }

    /// <summary>x·cosine + (halves of x swapped)·sine is the rotation; the sine carries the sign of the swap.</summary>
    internal sealed record Rotation(Tensor Cosine, Tensor Sine);
}
