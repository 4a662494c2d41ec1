using System.Globalization;
using System.Text.Json;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tests.Checkpoints;

/// <summary>Small checkpoints made on the spot, in one file or in shards.</summary>
internal static class TinyCheckpoint
{
    public const string Config = """{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":2,"rms_norm_eps":1e-05,"tie_word_embeddings":false,"dtype":"float32"}""";

    public static SafetensorsSource Floats(string name, long[] shape, params float[] values)
    {
        var bytes = new byte[values.Length * 4];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return SafetensorsSource.FromBytes(name, "F32", shape, bytes);
    }

    public static SafetensorsSource[] Tensors() =>
    [
        Floats("model.embed_tokens.weight", [3, 2], 1, 2, 3, 4, 5, 6),
        Floats("model.norm.weight", [2], 7, 8),
        Floats("lm_head.weight", [3, 2], 6, 5, 4, 3, 2, 1),
    ];

    public static void WriteOneFile(TemporaryFolder folder, SafetensorsSource[] tensors, string config = Config)
    {
        folder.Write("config.json", config);
        WriteFile(folder.File("model.safetensors"), tensors);
    }

    public static void WriteShards(TemporaryFolder folder, SafetensorsSource[] tensors, string config = Config)
    {
        folder.Write("config.json", config);
        var map = new Dictionary<string, string>();
        for (var i = 0; i < tensors.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:00000}-of-{tensors.Length:00000}.safetensors");
            map[tensors[i].Name] = name;
            WriteFile(folder.File(name), tensors[i]);
        }

        WriteIndex(folder, map);
    }

    public static void WriteIndex(TemporaryFolder folder, Dictionary<string, string> map) =>
        folder.Write("model.safetensors.index.json", JsonSerializer.Serialize(new { metadata = new { total_size = 0 }, weight_map = map }));

    public static void WriteFile(string path, params SafetensorsSource[] tensors)
    {
        using var stream = File.Create(path);
        SafetensorsWriter.Write(stream, tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }
}
