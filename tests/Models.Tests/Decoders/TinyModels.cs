using System.Text.Json.Nodes;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using TorchSharp;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>Small random decoders, one for each thing families do differently.</summary>
internal static class TinyModels
{
    public static JsonObject Json(string modelType = "llama", params (string Key, JsonNode? Value)[] changes)
    {
        var json = new JsonObject
        {
            ["model_type"] = modelType,
            ["vocab_size"] = 40,
            ["hidden_size"] = 24,
            ["intermediate_size"] = 32,
            ["num_hidden_layers"] = 3,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["head_dim"] = 6,
            ["max_position_embeddings"] = 64,
            ["eos_token_id"] = 2,
            ["initializer_range"] = 0.5, // wide, so that logits are far from flat
        };
        foreach (var (key, value) in changes)
            if (value is null) json.Remove(key);
            else json[key] = value.DeepClone();
        return json;
    }

    public static DecoderConfig Config(string modelType = "llama", params (string Key, JsonNode? Value)[] changes) =>
        DecoderConfig.Parse(Json(modelType, changes), "test config");

    /// <summary>
    /// A decoder of every family; windows are shorter than the sequences used on it, and what the family does differently is switched on.
    /// </summary>
    public static LlamaDecoder Decoder(string modelType = "llama", torch.ScalarType dtype = torch.ScalarType.Float64, params (string Key, JsonNode? Value)[] changes) =>
        (LlamaDecoder)DecoderFactory.Create(Config(modelType, [.. Differences(modelType), .. changes]), seed: 7, dtype: dtype);

    public static TheoryData<string> Families() =>
        ["llama", "qwen2", "qwen3", "mistral", "gemma2", "gemma3_text", "phi3", "smollm3", "olmo2", "granite", "gpt2", "mixtral", "qwen3_moe"];

    public static (string Key, JsonNode? Value)[] Differences(string modelType) => modelType switch
    {
        "mistral" or "gemma3_text" => [("sliding_window", 5)],
        "gemma2" => [("sliding_window", 5), ("attn_logit_softcapping", 3.0), ("final_logit_softcapping", 4.0)],
        "phi3" => [("head_dim", 8), ("partial_rotary_factor", 0.75)],
        "smollm3" => [("no_rope_layer_interval", 2)],
        "granite" => [("embedding_multiplier", 6), ("attention_multiplier", 0.3), ("residual_multiplier", 0.7), ("logits_scaling", 3)],
        "mixtral" => [("num_local_experts", 4)],
        "qwen3_moe" => [("num_experts", 4), ("num_experts_per_tok", 3), ("moe_intermediate_size", 16), ("decoder_sparse_step", 2), ("norm_topk_prob", true)],
        _ => [],
    };
}
