using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>The weights of one layer, looked up once. Borrowed from the decoder's parameter set.</summary>
internal sealed class DecoderLayer
{
    private readonly Tensor[] _queryKeyValue;
    private readonly Tensor[]? _queryKeyValueBias;
    private readonly Tensor[] _gateUp;
    private readonly Tensor[]? _gateUpBias;

    public DecoderLayer(DecoderConfig config, ParameterSet parameters, int layer)
    {
        Tensor Get(string name) => parameters[ParameterShapes.Layer(layer, name)];
        _queryKeyValue = [Get("self_attn.q_proj.weight"), Get("self_attn.k_proj.weight"), Get("self_attn.v_proj.weight")];
        if (config.QueryKeyValueBias)
            _queryKeyValueBias = [Get("self_attn.q_proj.bias"), Get("self_attn.k_proj.bias"), Get("self_attn.v_proj.bias")];
        Output = Get("self_attn.o_proj.weight");
        if (config.OutputBias) OutputBias = Get("self_attn.o_proj.bias");
        if (config.QueryKeyNorms) (QueryNorm, KeyNorm) = (Get("self_attn.q_norm.weight"), Get("self_attn.k_norm.weight"));
        _gateUp = [Get("mlp.gate_proj.weight"), Get("mlp.up_proj.weight")];
        Down = Get("mlp.down_proj.weight");
        if (config.MlpBias) (_gateUpBias, DownBias) = ([Get("mlp.gate_proj.bias"), Get("mlp.up_proj.bias")], Get("mlp.down_proj.bias"));
        BeforeAttention = Get("input_layernorm.weight");
        if (config.NormsAfterBlocks)
        {
            AfterAttention = Get("post_attention_layernorm.weight");
            BeforeMlp = Get("pre_feedforward_layernorm.weight");
            AfterMlp = Get("post_feedforward_layernorm.weight");
        }
        else
        {
            BeforeMlp = Get("post_attention_layernorm.weight"); // the name is Llama's: it comes after attention, before the feed-forward block
        }
    }

    public Tensor Output { get; }
    public Tensor? OutputBias { get; }
    public Tensor? QueryNorm { get; }
    public Tensor? KeyNorm { get; }
    public Tensor Down { get; }
    public Tensor? DownBias { get; }
    public Tensor BeforeAttention { get; }
    public Tensor? AfterAttention { get; }
    public Tensor BeforeMlp { get; }
    public Tensor? AfterMlp { get; }

    /// <summary>The stacked projections: one product instead of three, and of two, each time.</summary>
    public FusedWeights Fuse() => new(
        cat(_queryKeyValue, 0), _queryKeyValueBias is null ? null : cat(_queryKeyValueBias, 0),
        cat(_gateUp, 0), _gateUpBias is null ? null : cat(_gateUpBias, 0));
}
