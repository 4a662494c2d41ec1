using System.Text.Json;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using static System.FormattableString;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.SpeedBench;

/// <summary>Models of random weights in real shapes, in Hugging Face layout.</summary>
internal static class RealModel
{
    // Qwen2.5's published shapes; 25m is its vocabulary over a small decoder.
    private static readonly Dictionary<string, (int Hidden, int Wide, int Layers, int Heads, int KeyHeads, int Vocabulary, bool Tied)> Shapes = new()
    {
        ["25m"] = (128, 1024, 8, 4, 2, 151_936, true),
        ["0.5b"] = (896, 4864, 24, 14, 2, 151_936, true),
        ["1.5b"] = (1536, 8960, 28, 12, 2, 151_936, true),
        ["7b"] = (3584, 18944, 28, 28, 4, 152_064, false),
    };

    /// <summary>Sizes there are.</summary>
    public static IEnumerable<string> Sizes => Shapes.Keys;

    /// <summary>Writes a model, unless it is there.</summary>
    /// <returns>Exit status.</returns>
    public static int Write(string size, string directory, string device)
    {
        if (!Shapes.TryGetValue(size, out var shape))
        {
            Console.Error.WriteLine($"There is no size '{size}'; sizes are {string.Join(", ", Sizes)}.");
            return 64;
        }
        if (Directory.Exists(directory)) return 0;
        var json = $$"""
            {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "vocab_size": {{shape.Vocabulary}}, "hidden_size": {{shape.Hidden}},
             "intermediate_size": {{shape.Wide}}, "num_hidden_layers": {{shape.Layers}}, "num_attention_heads": {{shape.Heads}},
             "num_key_value_heads": {{shape.KeyHeads}}, "max_position_embeddings": 4096, "tie_word_embeddings": {{(shape.Tied ? "true" : "false")}},
             "rope_theta": 1000000.0, "rms_norm_eps": 1e-06, "hidden_act": "silu", "use_sliding_window": false, "bos_token_id": 151643,
             "eos_token_id": 151645, "torch_dtype": "bfloat16"}
            """;
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        manual_seed(0);
        var place = torch.device(device);
        var parameters = DecoderFactory.Shapes(DecoderConfig.ParseText(json, "config.json")).Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Kind switch
        {
            ParameterKind.Matrix => randn([.. parameter.Shape], ScalarType.BFloat16, place).mul_(0.02),
            ParameterKind.Norm => ones([.. parameter.Shape], ScalarType.BFloat16, place),
            _ => zeros([.. parameter.Shape], ScalarType.BFloat16, place),
        })).ToList();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(directory))!);
        CheckpointWriter.Write(directory, parameters, new CheckpointFiles { ConfigJson = json, Others = new Dictionary<string, byte[]> { ["tokenizer.json"] = Tokenizer(shape.Vocabulary) } });
        Console.WriteLine(Invariant($"{size}: {parameters.Sum(parameter => parameter.Value.numel()):N0} parameters in {directory}"));
        return 0;
    }

    // A word for each token: t0, t1, …
    private static byte[] Tokenizer(int vocabulary) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        version = "1.0",
        added_tokens = Array.Empty<object>(),
        normalizer = (object?)null,
        pre_tokenizer = new { type = "WhitespaceSplit" },
        post_processor = (object?)null,
        decoder = (object?)null,
        model = new { type = "WordLevel", vocab = Enumerable.Range(0, vocabulary).ToDictionary(id => Invariant($"t{id}"), id => id), unk_token = "t0" },
    });
}
