using SafetyGate.Models.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>The weights of one layer, looked up once. Borrowed from the decoder's parameter set.</summary>
internal sealed class DecoderLayer
{
    public DecoderLayer(DecoderConfig config, ParameterSet parameters, int layer)
    {
        Tensor Get(string name) => parameters[ParameterShapes.Layer(layer, name)];
        Projection Linear(string name, bool bias) =>
            new(ParameterShapes.Layer(layer, name), Get(name + ".weight"), bias ? Get(name + ".bias") : null);
        Query = Linear("self_attn.q_proj", config.QueryKeyValueBias);
        Key = Linear("self_attn.k_proj", config.QueryKeyValueBias);
        Value = Linear("self_attn.v_proj", config.QueryKeyValueBias);
        Output = Linear("self_attn.o_proj", config.OutputBias);
        if (config.QueryKeyNorms) (QueryNorm, KeyNorm) = (Get("self_attn.q_norm.weight"), Get("self_attn.k_norm.weight"));
        Gate = Linear("mlp.gate_proj", config.MlpBias);
        Up = Linear("mlp.up_proj", config.MlpBias);
        Down = Linear("mlp.down_proj", config.MlpBias);
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

    public Projection Query { get; }
    public Projection Key { get; }
    public Projection Value { get; }
    public Projection Output { get; }
    public Tensor? QueryNorm { get; }
    public Tensor? KeyNorm { get; }
    public Projection Gate { get; }
    public Projection Up { get; }
    public Projection Down { get; }
    public Tensor BeforeAttention { get; }
    public Tensor? AfterAttention { get; }
    public Tensor BeforeMlp { get; }
    public Tensor? AfterMlp { get; }

    /// <summary>The projections in the order transformers lists them.</summary>
    public IEnumerable<Projection> Projections => [Query, Key, Value, Output, Gate, Up, Down];
}
