using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Checkpoints;

public sealed class CheckpointReaderSpecs : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory, InlineData(false), InlineData(true)]
    public void Tensors_are_read_from_one_file_and_from_shards(bool shards)
    {
        Write(shards, TinyCheckpoint.Tensors());
        folder.Write("generation_config.json", """{"eos_token_id":2}""");
        using var checkpoint = CheckpointReader.Open(folder.Path);
        Assert.Equal(TinyCheckpoint.Config, checkpoint.ConfigJson);
        Assert.Equal("""{"eos_token_id":2}""", checkpoint.GenerationConfigJson);
        Assert.Equal(["lm_head.weight", "model.embed_tokens.weight", "model.norm.weight"], checkpoint.Tensors.Keys.Order(StringComparer.Ordinal));
        using var norm = checkpoint.Read("model.norm.weight", [2]);
        Assert.Equal([7f, 8f], norm.data<float>().ToArray());
        using var head = checkpoint.Read("lm_head.weight", [3, 2], ScalarType.Float64);
        Assert.Equal([6.0, 5, 4, 3, 2, 1], head.data<double>().ToArray());
        Assert.Equal([3L, 2], head.shape);
    }

    [Fact]
    public void Half_precision_is_widened_exactly()
    {
        // 1.5 is 0x3E00 as F16 and 0x3FC0 as BF16; -2 is 0xC000 in both.
        TinyCheckpoint.WriteOneFile(folder, [SafetensorsSource.FromBytes("h", "F16", [2], [0x00, 0x3E, 0x00, 0xC0]), SafetensorsSource.FromBytes("b", "BF16", [2], [0xC0, 0x3F, 0x00, 0xC0])]);
        using var checkpoint = CheckpointReader.Open(folder.Path);
        foreach (var name in (string[])["h", "b"])
        {
            using var tensor = checkpoint.Read(name, [2], ScalarType.Float32);
            Assert.Equal([1.5f, -2f], tensor.data<float>().ToArray());
        }

        using var kept = checkpoint.Read("b");
        Assert.Equal(ScalarType.BFloat16, kept.dtype);
    }

    [Fact]
    public void Scalars_and_empty_tensors_are_read()
    {
        TinyCheckpoint.WriteOneFile(folder, [TinyCheckpoint.Floats("scalar", [], 3), TinyCheckpoint.Floats("nothing", [2, 0])]);
        using var checkpoint = CheckpointReader.Open(folder.Path);
        var read = checkpoint.ReadAll();
        Assert.Equal(3f, read["scalar"].item<float>());
        Assert.Equal([2L, 0], read["nothing"].shape);
        foreach (var tensor in read.Values) tensor.Dispose();
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        Write(false, TinyCheckpoint.Tensors());
        Refused(checkpoint => checkpoint.Read("model.layers.0.mlp.up_proj.weight"), "model.safetensors: has no tensor 'model.layers.0.mlp.up_proj.weight'");
    }

    [Fact]
    public void A_wrong_shape_is_told_with_the_right_one()
    {
        Write(false, TinyCheckpoint.Tensors());
        Refused(checkpoint => checkpoint.Read("lm_head.weight", [4, 2]), "tensor 'lm_head.weight' has the shape [3, 2]; config.json calls for [4, 2]");
    }

    [Fact]
    public void Weights_that_are_not_floating_point_are_refused_on_use()
    {
        Write(false, [SafetensorsSource.FromBytes("q", "I32", [1], [1, 0, 0, 0])]);
        Refused(checkpoint => checkpoint.Read("q"), "tensor 'q' is of I32; weights must be F32, F16, BF16 and F64");
    }

    [Fact]
    public void Tensors_without_a_place_are_refused_but_rotary_tables_are_not()
    {
        Write(false, [.. TinyCheckpoint.Tensors(), TinyCheckpoint.Floats("model.layers.0.self_attn.rotary_emb.inv_freq", [1], 1), TinyCheckpoint.Floats("model.layers.9.extra", [1], 1)]);
        using var checkpoint = CheckpointReader.Open(folder.Path);
        var names = TinyCheckpoint.Tensors().Select(tensor => tensor.Name).ToArray();
        Assert.Contains("the first 'model.layers.9.extra'", Assert.Throws<UserErrorException>(() => checkpoint.RequireNoOthers(names)).Message, StringComparison.Ordinal);
        checkpoint.RequireNoOthers([.. names, "model.layers.9.extra"]);
    }

    [Fact]
    public void A_tied_head_written_out_is_dropped_only_if_it_is_the_embedding()
    {
        var tied = TinyCheckpoint.Config.Replace("\"tie_word_embeddings\":false", "\"tie_word_embeddings\":true", StringComparison.Ordinal);
        SafetensorsSource[] same = [TinyCheckpoint.Floats("model.embed_tokens.weight", [1, 2], 1, 2), TinyCheckpoint.Floats("lm_head.weight", [1, 2], 1, 2)];
        TinyCheckpoint.WriteOneFile(folder, same, tied);
        using (var checkpoint = CheckpointReader.Open(folder.Path)) Assert.Equal(["model.embed_tokens.weight"], checkpoint.Tensors.Keys);
        TinyCheckpoint.WriteOneFile(folder, [same[0], TinyCheckpoint.Floats("lm_head.weight", [1, 2], 1, 3)], tied);
        Refused(_ => { }, "'lm_head.weight' differs from 'model.embed_tokens.weight'");
    }

    [Theory]
    [InlineData("../outside.safetensors"), InlineData("/etc/passwd"), InlineData("/abs.safetensors"), InlineData("sub/inside.safetensors"), InlineData("..\\outside.safetensors")]
    [InlineData("C:\\x.safetensors"), InlineData(".."), InlineData(""), InlineData("model.bin"), InlineData(".safetensors"), InlineData("a\0.safetensors")]
    public void An_index_cannot_lead_out_of_its_directory(string shard)
    {
        // The file is really there, so only the name can be the reason.
        using var inner = new TemporaryFolder();
        TinyCheckpoint.WriteFile(folder.File("outside.safetensors"), TinyCheckpoint.Tensors());
        var directory = Directory.CreateDirectory(folder.File("model")).FullName;
        File.WriteAllText(Path.Combine(directory, "config.json"), TinyCheckpoint.Config);
        TinyCheckpoint.WriteIndex(inner, new() { ["lm_head.weight"] = shard });
        File.Copy(inner.File("model.safetensors.index.json"), Path.Combine(directory, "model.safetensors.index.json"));
        var error = Assert.Throws<UserErrorException>(() => CheckpointReader.Open(directory).Dispose());
        Assert.Contains("only the name of a .safetensors file in the same directory is allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        Write(true, TinyCheckpoint.Tensors());
        File.Delete(folder.File("model-00002-of-00003.safetensors"));
        Refused(_ => { }, "model-00002-of-00003.safetensors: there is no such file");
    }

    [Fact]
    public void An_index_that_lies_about_a_tensor_is_refused()
    {
        Write(true, TinyCheckpoint.Tensors());
        TinyCheckpoint.WriteIndex(folder, new() { ["lm_head.weight"] = "model-00001-of-00003.safetensors", ["model.embed_tokens.weight"] = "model-00001-of-00003.safetensors" });
        Refused(_ => { }, "model-00001-of-00003.safetensors: has no tensor 'lm_head.weight'");
        TinyCheckpoint.WriteFile(folder.File("model-00001-of-00003.safetensors"), TinyCheckpoint.Tensors());
        TinyCheckpoint.WriteIndex(folder, new() { ["lm_head.weight"] = "model-00001-of-00003.safetensors" });
        Refused(_ => { }, "holds the tensor 'model.embed_tokens.weight', which");
    }

    [Theory]
    [InlineData("[]"), InlineData("{}"), InlineData("{\"weight_map\":{}}"), InlineData("{\"weight_map\":{\"a\":1}}"), InlineData("{\"weight_map\":"), InlineData("{\"weight_map\":{\"a\":\"\\ud800\"}}")]
    public void A_malformed_index_is_refused(string json)
    {
        folder.Write("config.json", TinyCheckpoint.Config);
        folder.Write("model.safetensors.index.json", json);
        Refused(_ => { }, "model.safetensors.index.json");
    }

    [Fact]
    public void A_truncated_weights_file_is_refused()
    {
        Write(false, TinyCheckpoint.Tensors());
        var bytes = File.ReadAllBytes(folder.File("model.safetensors"));
        folder.Write("model.safetensors", bytes[..^4]);
        Refused(_ => { }, "it is truncated");
    }

    [Fact]
    public void What_a_directory_lacks_is_said()
    {
        Refused(_ => { }, "has no config.json");
        folder.Write("config.json", "{");
        Refused(_ => { }, "config.json: is not valid JSON");
        folder.Write("config.json", "[]");
        Refused(_ => { }, "but not an object");
        folder.Write("config.json", [0x7B, 0xFF, 0x7D]);
        Refused(_ => { }, "is not UTF-8");
        folder.Write("config.json", TinyCheckpoint.Config);
        Refused(_ => { }, "has neither model.safetensors nor model.safetensors.index.json");
        folder.Write("pytorch_model.bin", "x");
        Refused(_ => { }, "pickle format");
        folder.Write("model.Q4_K_M.gguf", "x");
        Refused(_ => { }, "has weights as GGUF only, which llama.cpp serves");
        folder.Write("model-00001-of-00002.safetensors", "x");
        Refused(_ => { }, "only model-00001-of-00002.safetensors, which transformers does not read either. Fetch the index that lists them");
        Assert.Contains("there is no such model directory", Assert.Throws<UserErrorException>(() => CheckpointReader.Open(folder.File("none"))).Message, StringComparison.Ordinal);
    }

    private void Write(bool shards, SafetensorsSource[] tensors)
    {
        if (shards) TinyCheckpoint.WriteShards(folder, tensors);
        else TinyCheckpoint.WriteOneFile(folder, tensors);
    }

    private void Refused(Action<CheckpointReader> use, string said)
    {
        var error = Assert.Throws<UserErrorException>(() =>
        {
            using var checkpoint = CheckpointReader.Open(folder.Path);
            use(checkpoint);
        });
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
    }
}
