using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Tests;

/// <summary>A random Llama of 24 tokens and examples it can learn.</summary>
internal static class TinyModel
{
    public const int Vocabulary = 24;

    public const string Config = """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 24, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 4, "max_position_embeddings": 32, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
         "hidden_act": "silu", "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32", "initializer_range": 0.2}
        """;

    public static IDecoder Create(ulong seed = 5, ScalarType? dtype = null, Device? device = null) =>
        DecoderFactory.Create(DecoderConfig.ParseText(Config, "config.json"), seed, device ?? CPU, dtype ?? ScalarType.Float32);

    /// <summary>The completion repeats the prompt's last token: a pattern two layers find in a few dozen steps.</summary>
    public static IReadOnlyList<TokenExample> Examples(int count = 12) =>
        [.. Enumerable.Range(0, count).Select(i => new TokenExample
        {
            Id = Invariant($"tiny:{i + 1}"),
            PromptIds = [1, .. Enumerable.Range(0, 1 + (i % 3)).Select(j => 3 + ((i + j) % 20))],
            CompletionIds = [3 + (i % 20), 2],
        })];

    public static byte[] Weights(IDecoder decoder) => [.. decoder.Parameters.Values.SelectMany(BytesOf)];

    public static byte[] BytesOf(Tensor tensor)
    {
        var bytes = new List<byte>();
        TensorBytes.Read(tensor, tensor.dtype, part => bytes.AddRange(part));
        return [.. bytes];
    }
}
