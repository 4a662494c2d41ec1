using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Modules;

/// <summary>A norm over the last axis, computed in float32 at least.</summary>
internal sealed class Norm
{
    private readonly DecoderConfig _config;
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly bool _isScripted;

    /// <summary>A norm over weights, which are borrowed.</summary>
    public Norm(DecoderConfig config, Tensor weight, Tensor? bias) =>
        (_config, _weight, _bias, _isScripted) = (config, weight, bias, ScriptedOperators.Serve(weight.device));

    /// <summary>[.., D], normalized and weighted. Belongs to the caller's dispose scope.</summary>
    public Tensor Forward(Tensor x) => _config.Norm == NormKind.Rms ? Rms(x, _weight) : Layer(x);

    /// <summary>
    /// Queries and keys of heads that have weights of their own: [.., H + K, E], the first H weighted by these and the rest by the other's.
    /// </summary>
    public Tensor ForwardHeads(Tensor x, Norm keys, long heads, long keyHeads) =>
        Rms(x, cat([_weight.unsqueeze(0).expand(heads, -1), keys._weight.unsqueeze(0).expand(keyHeads, -1)], 0));

    // x / √(mean x² + ε) · w
    private Tensor Rms(Tensor x, Tensor weight)
    {
        if (_config.NormWeightOffset != 0) weight = weight.Plus(_config.NormWeightOffset);
        if (_isScripted)
            return weight.dim() == 1 ? ScriptedOperators.RmsNorm(x, weight, _config.RmsNormEpsilon) : ScriptedOperators.RmsNorm(x, null, _config.RmsNormEpsilon) * weight;
        var narrow = x.dtype is ScalarType.Float16 or ScalarType.BFloat16;
        var wide = narrow ? x.to(ScalarType.Float32) : x;
        var scaled = wide * (wide * wide).mean([-1L], true).Plus(_config.RmsNormEpsilon).rsqrt();
        return (narrow ? scaled.to(x.dtype) : scaled) * weight;
    }

    private Tensor Layer(Tensor x) => nn.functional.layer_norm(x, [x.shape[^1]], _weight, _bias, _config.RmsNormEpsilon);
}
