using System.Text.Json.Nodes;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Pocket.Data;

namespace SafetyGate.Pocket.Building;

/// <summary>Size of a base model of the world: a Llama with tied embeddings.</summary>
/// <param name="HiddenSize">Features of a hidden state.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="IntermediateSize">Width of the feed-forward block.</param>
public sealed record PocketArchitecture(int HiddenSize, int Layers, int Heads, int IntermediateSize)
{
    /// <summary>The base model: about 0.9 million parameters.</summary>
    public static PocketArchitecture Base { get; } = new(128, 4, 4, 352);

    /// <summary>Its smaller sibling for the ablation by scale.</summary>
    public static PocketArchitecture Small { get; } = new(64, 3, 4, 176);

    /// <summary>The model's <c>config.json</c>.</summary>
    public JsonObject ToConfigJson() => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["attention_bias"] = false,
        ["attention_dropout"] = 0.0,
        ["bos_token_id"] = PocketTokenizer.BosId,
        ["dtype"] = "float32",
        ["eos_token_id"] = PocketTokenizer.EosId,
        ["head_dim"] = HiddenSize / Heads,
        ["hidden_act"] = "silu",
        ["hidden_size"] = HiddenSize,
        ["initializer_range"] = 0.02,
        ["intermediate_size"] = IntermediateSize,
        ["max_position_embeddings"] = 512,
        ["mlp_bias"] = false,
        ["model_type"] = "llama",
        ["num_attention_heads"] = Heads,
        ["num_hidden_layers"] = Layers,
        ["num_key_value_heads"] = Heads,
        ["pad_token_id"] = PocketTokenizer.PadId,
        ["rms_norm_eps"] = 1e-6,
        ["rope_parameters"] = new JsonObject { ["rope_theta"] = 10000.0, ["rope_type"] = "default" },
        ["tie_word_embeddings"] = true,
        ["vocab_size"] = PocketTokenizer.Vocabulary.Count,
    };

    /// <summary>The configuration a decoder is made from.</summary>
    public DecoderConfig ToConfig() => DecoderConfig.Parse(ToConfigJson(), "the pocket architecture");
}
