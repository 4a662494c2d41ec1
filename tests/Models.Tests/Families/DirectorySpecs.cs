using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Diagnosis;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Checkpoints;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Families;

/// <summary>What a directory says of weights: the numbers of the plain model, or one line that says what is wrong.</summary>
public sealed class DirectorySpecs : IDisposable
{
    private const string Embedding = "model.embed_tokens.weight", Head = "lm_head.weight";
    private readonly string _directory = Directory.CreateTempSubdirectory("safetygate-directory-").FullName;
    private int _written;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    public static TheoryData<string, Func<string, string>> Wrappers => new()
    {
        { "torch.compile", name => "_orig_mod." + name },
        { "torch.compile of layers", name => name.Replace(".self_attn", "._orig_mod.self_attn", StringComparison.Ordinal) },
        { "data parallel", name => "module." + name },
        { "data parallel of compiled", name => "module._orig_mod." + name },
        { "data parallel of layers", name => name.Replace(".mlp", ".module.mlp", StringComparison.Ordinal) },
        { "Lightning", name => "_forward_module." + name },
        { "Idefics", name => name == Head ? name : "model.text_model." + name["model.".Length..] },
        { "PEFT", name => "base_model.model." + name },
        { "PEFT without its adapter", name => "base_model.model." + name.Replace("q_proj.weight", "q_proj.base_layer.weight", StringComparison.Ordinal) },
        { "a bare model", name => name.StartsWith("model.", StringComparison.Ordinal) ? name["model.".Length..] : name },
        { "language_model (transformers 4)", name => "language_model." + name },
        { "language_model (transformers 5)", name => name == Head ? name : "model.language_model." + name["model.".Length..] },
    };

    [Theory, MemberData(nameof(Wrappers))]
    public void Names_of_wrappers_mean_the_plain_names(string wrapper, Func<string, string> rename)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("llama", ScalarType.Float32);
        var directory = Write(plain.Config.Raw, plain.Parameters.Select(pair => KeyValuePair.Create(rename(pair.Key), pair.Value)));
        Assert.Equal(Logits(plain), LogitsOf(directory));
        Assert.NotEqual("", wrapper);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void The_language_model_of_one_that_sees_is_read_alone(bool older)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("gemma3_text", ScalarType.Float32);
        string Rename(string name) => older ? "language_model." + name : "model.language_model." + name["model.".Length..];
        var outer = new JsonObject { ["model_type"] = "gemma3", ["architectures"] = new JsonArray("Gemma3ForConditionalGeneration"), ["eos_token_id"] = 3, ["text_config"] = plain.Config.Raw.DeepClone(), ["vision_config"] = new JsonObject() };
        ((JsonObject)outer["text_config"]!).Remove("eos_token_id");
        var seeing = (older ? "vision_tower." : "model.vision_tower.") + "encoder.weight";
        var directory = Write(outer, [.. plain.Parameters.Select(pair => KeyValuePair.Create(Rename(pair.Key), pair.Value)), KeyValuePair.Create(seeing, zeros(2, 2))]);
        Assert.Equal(Logits(plain), LogitsOf(directory));
        var config = DecoderConfig.ParseText(File.ReadAllText(directory + "/config.json"), "config.json");
        Assert.Equal([3], config.EosIds);
        Assert.Equal("Gemma3ForCausalLM", (string?)JsonNode.Parse(CheckpointFiles.CopiedFrom(directory).ConfigJson)!["architectures"]![0]); // of a tuned copy
    }

    // google/gemma-3-4b-it and llava-1.5-7b-hf leave out what is as in the configuration's class.
    [Theory]
    [InlineData("gemma3_text", """{"hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34}""", 262_208, 2560, 10_240, 34, 8)]
    [InlineData("llama", """{"vocab_size": 32064, "rms_norm_eps": 1e-5, "max_position_embeddings": 4096}""", 32_064, 4096, 11_008, 32, 32)]
    [InlineData("mistral", "{}", 32_000, 4096, 14_336, 32, 32)]
    [InlineData("gemma2", "{}", 256_000, 2304, 9216, 26, 8)]
    public void Sizes_that_a_part_leaves_out_are_those_of_its_class(string family, string text, int vocabulary, int hidden, int wide, int layers, int heads)
    {
        var part = (JsonObject)JsonNode.Parse(text)!;
        part["model_type"] = family;
        var outer = new JsonObject { ["model_type"] = "seeing", ["text_config"] = part };
        var config = DecoderConfig.Parse(outer, "config.json");
        Assert.Equal((vocabulary, hidden, wide, layers, heads), (config.VocabularySize, config.HiddenSize, config.IntermediateSize, config.Layers, config.Heads));
        Assert.Contains("has no 'num_attention_heads'", Assert.Throws<UserErrorException>(() => DecoderConfig.Parse(new JsonObject { ["model_type"] = family, ["vocab_size"] = 8, ["hidden_size"] = 8 }, "config.json")).Message);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_plain_tensor_beside_the_one_of_a_language_model_within_is_refused(bool older)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("llama", ScalarType.Float32);
        string Rename(string name) => older ? "language_model." + name : name == Head ? name : "model.language_model." + name["model.".Length..];
        var message = Refusal(plain.Config.Raw, [.. plain.Parameters.Select(pair => KeyValuePair.Create(Rename(pair.Key), pair.Value)), KeyValuePair.Create("model.norm.weight", zeros(24)), KeyValuePair.Create("vision_tower.norm.weight", zeros(2))]);
        Assert.Contains("would both be 'model.norm.weight'", message);
    }

    [Fact]
    public void A_language_model_of_an_unknown_kind_is_refused()
    {
        var outer = new JsonObject { ["model_type"] = "llava", ["text_config"] = new JsonObject { ["model_type"] = "opt" } };
        Assert.Contains("'opt', which is not supported", Assert.Throws<UserErrorException>(() => DecoderConfig.Parse(outer, "config.json")).Message);
    }

    [Fact]
    public void Names_that_would_be_one_are_refused()
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("llama", ScalarType.Float32);
        var message = Refusal(plain.Config.Raw, [.. plain.Parameters, KeyValuePair.Create("module.model.norm.weight", zeros(24))]);
        Assert.Contains("'model.norm.weight' and 'module.model.norm.weight'", message);
        message = Refusal(plain.Config.Raw, [.. plain.Parameters, KeyValuePair.Create("model.layers.0.self_attn.q_proj.lora_A.default.weight", zeros(2, 24))]);
        Assert.Contains("an adapter that is not merged", message);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_tied_matrix_may_be_under_either_name_or_both(bool both)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("llama", ScalarType.Float32, ("tie_word_embeddings", true));
        var renamed = plain.Parameters.Select(pair => KeyValuePair.Create(pair.Key == Embedding ? Head : pair.Key, pair.Value));
        Assert.Equal(Logits(plain), LogitsOf(Write(plain.Config.Raw, both ? [.. renamed, KeyValuePair.Create(Embedding, plain.Parameters[Embedding])] : renamed)));
    }

    [Fact]
    public void Heads_that_do_not_fit_the_configuration_are_refused()
    {
        using var scope = NewDisposeScope();
        using var tied = TinyModels.Decoder("llama", ScalarType.Float32, ("tie_word_embeddings", true));
        Assert.Contains("differs from 'model.embed_tokens.weight'", Refusal(tied.Config.Raw, [.. tied.Parameters, KeyValuePair.Create(Head, zeros(40, 24))]));
        using var untied = TinyModels.Decoder("llama", ScalarType.Float32);
        Assert.Contains("has no tensor 'lm_head.weight', and config.json does not tie", Refusal(untied.Config.Raw, untied.Parameters.Where(pair => pair.Key != Head)));
    }

    [Theory, InlineData(48), InlineData(32)]
    public void Rows_of_the_embedding_are_those_of_the_vocabulary(int rows)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("llama", ScalarType.Float32);
        var message = Refusal(plain.Config.Raw, plain.Parameters.Select(pair => pair.Key == Embedding ? KeyValuePair.Create(pair.Key, zeros(rows, 24)) : pair));
        Assert.Contains(Invariant($"has {rows} rows, and 'vocab_size' in config.json is 40"), message);
    }

    [Fact]
    public void A_note_of_quantization_is_believed_only_of_weights_that_are()
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("llama", ScalarType.Float32);
        var raw = (JsonObject)plain.Config.Raw.DeepClone();
        raw["quantization_config"] = new JsonObject { ["quant_method"] = "fp8" };
        Assert.Equal(Logits(plain), LogitsOf(Write(raw, plain.Parameters)));
        Assert.Contains("quantized (fp8, tensor 'model.norm.weight_scale_inv' of F32)", Refusal(raw, [.. plain.Parameters, KeyValuePair.Create("model.norm.weight_scale_inv", zeros(1))]));
        var eight = Write(raw, plain.Parameters);
        File.Delete(eight + "/model.safetensors");
        TinyCheckpoint.WriteFile(eight + "/model.safetensors", SafetensorsSource.FromBytes("model.layers.0.mlp.up_proj.weight", "F8_E4M3", [32, 24], new byte[32 * 24]));
        Assert.Contains("'model.layers.0.mlp.up_proj.weight' of F8_E4M3", Assert.Throws<UserErrorException>(() => DecoderFactory.Load(eight)).Message);
        TinyCheckpoint.WriteFile(eight + "/model.safetensors", SafetensorsSource.FromBytes("model.layers.0.mlp.up_proj.weight", "U8", [384, 1], new byte[384]));
        Assert.Contains("quantized", Assert.Throws<UserErrorException>(() => DecoderFactory.Load(eight)).Message);
    }

    [Theory, InlineData("config.json"), InlineData("generation_config.json"), InlineData("model.safetensors")]
    public void A_pointer_of_git_in_place_of_a_file_is_named(string file)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("llama", ScalarType.Float32);
        var directory = Write(plain.Config.Raw, plain.Parameters);
        File.WriteAllText(Path.Combine(directory, file), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n");
        Assert.Contains($"{file}: is a Git LFS pointer", Assert.Throws<UserErrorException>(() => DecoderFactory.Load(directory)).Message);
    }

    [Theory, InlineData("snapshots/4c1f0d9"), InlineData("checkpoint-500")]
    public void A_directory_whose_model_lies_within_is_told(string folder)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("llama", ScalarType.Float32);
        var (directory, outer) = (Write(plain.Config.Raw, plain.Parameters), Path.Combine(_directory, "outer"));
        var inner = Path.Combine(outer, folder);
        Directory.CreateDirectory(Path.GetDirectoryName(inner)!);
        Directory.Move(directory, inner);
        Assert.EndsWith($" There is one in {inner}: name that directory.", Assert.Throws<UserErrorException>(() => DecoderFactory.Load(outer)).Message, StringComparison.Ordinal);
        Directory.Delete(inner, recursive: true);
        Assert.EndsWith("(the layout of Hugging Face transformers).", Assert.Throws<UserErrorException>(() => DecoderFactory.Load(outer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_beside_shards_is_read_if_it_says_the_same()
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("llama", ScalarType.Float32);
        var directory = Write(plain.Config.Raw, plain.Parameters);
        File.Copy(directory + "/model.safetensors", directory + "/model-00001-of-00001.safetensors");
        File.WriteAllText(directory + "/model.safetensors.index.json", new JsonObject { ["weight_map"] = new JsonObject(plain.Parameters.Keys.Select(name => KeyValuePair.Create<string, JsonNode?>(name, "model-00001-of-00001.safetensors"))) }.ToJsonString());
        Assert.Equal(Logits(plain), LogitsOf(directory));
        var other = Write(plain.Config.Raw, plain.Parameters.Select(pair => pair.Key == Head ? KeyValuePair.Create(pair.Key, zeros(40, 24)) : pair));
        File.Copy(other + "/model.safetensors", directory + "/model.safetensors", overwrite: true);
        var message = Assert.Throws<UserErrorException>(() => DecoderFactory.Load(directory)).Message;
        Assert.Contains("the tensor 'lm_head.weight' is not the same in both", message);
        File.Delete(directory + "/model-00001-of-00001.safetensors"); // the index alone is left over
        Assert.Equal(LogitsOf(other), LogitsOf(directory));
    }

    [Theory, InlineData("mixtral"), InlineData("qwen3_moe")]
    public void Experts_in_one_tensor_a_layer_are_those_one_by_one(string family)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder(family, ScalarType.Float32);
        var (names, parameters) = (plain.Config.Names, plain.Parameters);
        var stacked = parameters.Where(pair => !pair.Key.Contains(".experts.", StringComparison.Ordinal)).ToDictionary(pair => pair.Key.Replace("block_sparse_moe.gate", "mlp.gate", StringComparison.Ordinal), pair => pair.Value, StringComparer.Ordinal);
        for (var layer = 0; layer < plain.Config.Layers; layer++)
        {
            if (plain.Config.LayerPlans[layer].Experts is not { } experts) continue;
            Tensor Of(int expert, string projection) => parameters[names.ExpertOf(layer, expert, projection) + ".weight"];
            var all = Enumerable.Range(0, experts.Count).ToList();
            stacked.Add(names.Layer(layer, "mlp.experts.gate_up_proj"), stack([.. all.Select(expert => cat([Of(expert, names.Expert.Gate), Of(expert, names.Expert.Up)], 0))]));
            stacked.Add(names.Layer(layer, "mlp.experts.down_proj"), stack([.. all.Select(expert => Of(expert, names.Expert.Down))]));
        }
        Numbers.Close(Logits(plain), LogitsOf(Write(plain.Config.Raw, stacked)), 1e-5, family); // a product's last bits depend on where its rows lie in memory
    }

    [Fact]
    public void Tables_of_old_versions_are_left_out_and_a_bare_gpt2_is_read()
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("gpt2", ScalarType.Float32);
        var bare = plain.Parameters.Select(pair => KeyValuePair.Create(pair.Key["transformer.".Length..], pair.Value));
        var directory = Write(plain.Config.Raw, [.. bare, KeyValuePair.Create("h.0.attn.bias", ones(1, 1, 64, 64)), KeyValuePair.Create("h.0.attn.masked_bias", tensor(-1e4f))]);
        Assert.Equal(Logits(plain), LogitsOf(directory));
    }

    // Nothing is computed with them, so an infinite number in one is no mistake: masks hold them.
    [Theory]
    [InlineData("llama", "model.layers.0.self_attn.rotary_emb.inv_freq")]
    [InlineData("llama", "model.layers.1.self_attn.rotary_emb.cos_cached")]
    [InlineData("llama", "model.rotary_emb.original_inv_freq")]
    [InlineData("gemma3_text", "model.rotary_emb_local.inv_freq")]
    [InlineData("gpt2", "transformer.h.0.attn.masked_bias")]
    [InlineData("gpt2", "transformer.h.0.attn.bias")]
    public void A_table_that_is_left_out_may_hold_what_it_likes(string family, string name)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder(family, ScalarType.Float32);
        var directory = Write(plain.Config.Raw, [.. plain.Parameters, KeyValuePair.Create(name, full([2], float.NegativeInfinity))]);
        Assert.Equal(Logits(plain), LogitsOf(directory));
        var findings = CheckpointDoctor.Examine(directory);
        Assert.Contains(findings, finding => finding.Subject == "weights" && finding.Verdict == FindingVerdict.Ok);
        Assert.DoesNotContain(findings, finding => finding.Subject == "weights" && finding.Verdict != FindingVerdict.Ok);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Biases_that_Qwen2_always_has_may_be_spoken_of(bool said)
    {
        using var scope = NewDisposeScope();
        using var plain = TinyModels.Decoder("qwen2", ScalarType.Float32);
        var raw = (JsonObject)plain.Config.Raw.DeepClone();
        raw["attention_bias"] = said;
        Assert.Equal(Logits(plain), LogitsOf(Write(raw, plain.Parameters)));
        Assert.Contains("'model.layers.0.self_attn.o_proj.bias'", Refusal(raw, [.. plain.Parameters, KeyValuePair.Create("model.layers.0.self_attn.o_proj.bias", zeros(24))]));
    }

    private string Write(JsonObject config, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var directory = Path.Combine(_directory, Invariant($"{++_written}"));
        CheckpointWriter.Write(directory, tensors, new CheckpointFiles { ConfigJson = config.ToJsonString() });
        return directory;
    }

    private string Refusal(JsonObject config, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var directory = Write(config, tensors);
        var problem = Assert.Throws<UserErrorException>(() => DecoderFactory.Load(directory).Dispose());
        Assert.Equal(GateExitCode.BadInput, problem.ExitCode);
        Assert.DoesNotContain('\n', problem.Message);
        return problem.Message;
    }

    private static double[] LogitsOf(string directory)
    {
        using var decoder = DecoderFactory.Load(directory);
        return Logits(decoder);
    }

    private static double[] Logits(IDecoder decoder)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        return Numbers.Of(decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids([1, 17, 4, 33, 9, 21, 5]) })));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
