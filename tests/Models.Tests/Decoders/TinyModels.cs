using System.Text.Json.Nodes;
using SafetyGate.Models.Decoders;
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

    /// <summary>A decoder of every family; windows are shorter than the sequences used on it.</summary>
    public static LlamaDecoder Decoder(string modelType = "llama", torch.ScalarType dtype = torch.ScalarType.Float64, params (string Key, JsonNode? Value)[] changes)
    {
        var windowed = modelType is "mistral" or "gemma3_text" ? [.. changes, ("sliding_window", 5)] : changes;
        return (LlamaDecoder)DecoderFactory.Create(Config(modelType, windowed), seed: 7, dtype: dtype);
    }

    public static TheoryData<string> Families() => ["llama", "qwen2", "qwen3", "mistral", "gemma3_text"];
}
