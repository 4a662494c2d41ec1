using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Diagnosis;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>What lies in directories: a base, an adapter for it, an adapter beside weights, and what does not fit.</summary>
public sealed class AdapterDirectorySpecs : IDisposable
{
    private const string Config = """{"r": 3, "lora_alpha": 6, "target_modules": ["q_proj", "down_proj"], "base_model_name_or_path": "../base"}""";
    private readonly TemporaryFolder _folder = new();
    private readonly DecoderConfig _architecture = TinyModels.Config();

    public AdapterDirectorySpecs()
    {
        WriteBase("base", seed: 7);
        WriteAdapter("adapter", Config);
    }

    private string Base => Path.Combine(_folder.Path, "base");

    private string Adapter => Path.Combine(_folder.Path, "adapter");

    [Fact]
    public void An_adapter_is_applied_wherever_it_is_given_and_its_digest_is_of_both()
    {
        using var plain = PretrainedModel.Load(Base, CPU);
        using var given = PretrainedModel.Load(Base, CPU, adapter: Adapter);
        using var alone = PretrainedModel.Load(Adapter, CPU);
        Assert.NotEqual(MadeAdapter.Logits(plain.Decoder), MadeAdapter.Logits(given.Decoder));
        Assert.Equal(MadeAdapter.Logits(given.Decoder), MadeAdapter.Logits(alone.Decoder));
        Assert.Equal(given.WeightsDigest, alone.WeightsDigest);
        Assert.NotEqual(plain.WeightsDigest, given.WeightsDigest);
        Assert.Null(given.AdapterNote);
        CopyAdapter(Adapter, Base);
        using var beside = PretrainedModel.Load(Base, CPU); // its path leads to these weights
        Assert.Equal(given.WeightsDigest, beside.WeightsDigest);
        Assert.Equal(MadeAdapter.Logits(given.Decoder), MadeAdapter.Logits(beside.Decoder));
    }

    [Fact]
    public void An_adapter_with_an_infinite_number_is_refused()
    {
        WriteAdapter("adapter", Config, change: (name, value) => name.Contains("layers.0.self_attn.q_proj.lora_B", StringComparison.Ordinal) ? value / 0 : value);
        var error = Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Base, CPU, adapter: Adapter).Dispose());
        Assert.Matches(@"adapter_model\.safetensors: tensor '.*layers\.0\.self_attn\.q_proj\.lora_B\.weight' has (\d+) of \1 numbers that are NaN or infinite", error.Message);
    }

    [Fact]
    public void Another_scale_and_another_tensor_are_another_model_and_a_zero_product_is_the_base()
    {
        using var plain = PretrainedModel.Load(Base, CPU);
        var digests = new List<string> { plain.WeightsDigest };
        WriteAdapter("other", Config.Replace("\"lora_alpha\": 6", "\"lora_alpha\": 7", StringComparison.Ordinal));
        WriteAdapter("third", Config, change: (name, value) => name.EndsWith("lora_A.weight", StringComparison.Ordinal) ? value + 1 : value);
        foreach (var name in (string[])["adapter", "other", "third"])
        {
            using var model = PretrainedModel.Load(Base, CPU, adapter: Path.Combine(_folder.Path, name));
            digests.Add(model.WeightsDigest);
        }

        Assert.Equal(4, digests.Distinct().Count());
        WriteAdapter("zero", Config, change: (name, value) => name.EndsWith("lora_B.weight", StringComparison.Ordinal) ? value * 0 : value);
        using var untrained = PretrainedModel.Load(Base, CPU, adapter: Path.Combine(_folder.Path, "zero"));
        Assert.Equal(plain.WeightsDigest, untrained.WeightsDigest);
        using var wide = PretrainedModel.Load(Base, CPU, ScalarType.Float64, Adapter);
        Assert.Equal(digests[1], wide.WeightsDigest); // whatever is computed in
    }

    [Fact]
    public void An_adapter_beside_weights_that_may_have_it_already_is_refused_until_it_is_asked_for()
    {
        WriteAdapter("base", Config.Replace("../base\"", "someone/a-model\", \"revision\": \"v1\"", StringComparison.Ordinal));
        var error = Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Base, CPU));
        Assert.Contains("has an adapter beside its weights (adapter_config.json)", error.Message, StringComparison.Ordinal);
        Assert.Contains("someone/a-model", error.Message, StringComparison.Ordinal);
        using var asked = PretrainedModel.Load(Base, CPU, adapter: Base);
        Assert.Contains("'someone/a-model' at the revision 'v1', which is no directory here", asked.AdapterNote, StringComparison.Ordinal);
        var two = Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Base, CPU, adapter: Adapter));
        Assert.Contains("has an adapter of its own beside its weights", two.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("someone/a-model")]
    [InlineData("../none")]
    [InlineData("")]
    [InlineData(null)]
    public void An_adapter_without_its_base_is_refused(string? named)
    {
        WriteAdapter("adapter", named is null ? """{"target_modules": ["q_proj"]}""" : Config.Replace("../base", named, StringComparison.Ordinal));
        var error = Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Adapter, CPU));
        Assert.Contains($"is an adapter, not a model, and its base '{named}' (base_model_name_or_path) is no directory here", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_of_other_weights_is_refused_though_the_shapes_fit()
    {
        WriteBase("other", seed: 8);
        var error = Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Path.Combine(_folder.Path, "other"), CPU, adapter: Adapter));
        Assert.Contains("names " + Base + " as its base", error.Message, StringComparison.Ordinal);
        WriteBase("copy", seed: 7);
        PretrainedModel.Load(Path.Combine(_folder.Path, "copy"), CPU, adapter: Adapter).Dispose();
        WriteAdapter("noted", """{"target_modules": ["q_proj"]}""", metadata: new Dictionary<string, string> { ["base_weights"] = new string('0', 64) });
        Assert.Contains("was trained on weights with the digest 000", Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Base, CPU, adapter: Path.Combine(_folder.Path, "noted"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_on_an_adapter_is_refused()
    {
        WriteAdapter("second", Config.Replace("../base", "../adapter", StringComparison.Ordinal));
        Assert.Contains("the base of an adapter must be a model without one", Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Path.Combine(_folder.Path, "second"), CPU)).Message, StringComparison.Ordinal);
        Assert.Contains("is an adapter, not a model", Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Adapter, CPU, adapter: Path.Combine(_folder.Path, "second"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "has no tensor 'base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight'")]
    [InlineData("shape", "tensor 'base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight' has the shape [24, 2]")]
    [InlineData("more", "holds 1 tensors that")]
    [InlineData("bin", "in another format than safetensors")]
    [InlineData("nothing", "has adapter_config.json but no adapter_model.safetensors")]
    [InlineData("config", "adapter_config.json is not JSON")]
    [InlineData("empty", "adapter_config.json is empty; it must hold JSON.")]
    [InlineData("NaN", "adapter_config.json has NaN in line 2, which Python writes and JSON does not have; write a number or null in its place.")]
    [InlineData("family", "selects no module of this base")]
    public void What_does_not_fit_is_said_in_one_line(string kind, string says)
    {
        const string q = "base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight";
        var config = Path.Combine(Adapter, "adapter_config.json");
        var weights = Path.Combine(Adapter, "adapter_model.safetensors");
        if (kind is "missing") WriteAdapter("adapter", Config, change: (name, value) => name == q ? null : value);
        if (kind is "shape") WriteAdapter("adapter", Config, change: (name, value) => name == q ? value.narrow(1, 0, 2).contiguous() : value);
        if (kind is "more") WriteAdapter("adapter", Config, extra: "base_model.model.model.layers.2.mlp.other.lora_A.weight");
        if (kind is "bin" or "nothing") File.Delete(weights);
        if (kind is "bin") File.WriteAllText(Path.Combine(Adapter, "adapter_model.bin"), "x");
        if (kind is "config") File.WriteAllText(config, "{");
        if (kind is "empty") File.WriteAllText(config, " \n");
        if (kind is "NaN") File.WriteAllText(config, "{\"peft_type\": \"LORA\",\n \"lora_alpha\": NaN}");
        if (kind is "family") File.WriteAllText(config, """{"peft_type": "LORA", "target_modules": ["c_attn"]}""");
        var error = Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Base, CPU, adapter: Adapter));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }

    // PEFT saves them beside the matrices, and loads them into the base (save_embedding_layers).
    [Fact]
    public void A_copy_of_the_bases_embedding_beside_the_matrices_is_no_matter_and_another_one_is_the_bases()
    {
        using var checkpoint = CheckpointReader.Open(Base);
        using var own = checkpoint.Read("model.embed_tokens.weight");
        const string copy = "base_model.model.model.embed_tokens.weight";
        using var plain = PretrainedModel.Load(Base, CPU, adapter: Adapter);
        WriteAdapter("copied", Config, extra: copy, value: own.to(ScalarType.Float64));
        using (var copied = PretrainedModel.Load(Base, CPU, adapter: Path.Combine(_folder.Path, "copied"))) Assert.Equal(MadeAdapter.Logits(plain.Decoder), MadeAdapter.Logits(copied.Decoder));
        WriteAdapter("changed", Config, extra: copy, value: own.to(ScalarType.Float64) + 1);
        using (var changed = PretrainedModel.Load(Base, CPU, adapter: Path.Combine(_folder.Path, "changed")))
        {
            Assert.Equal(Numbers.Of(own + 1), Numbers.Of(changed.Decoder.Parameters["model.embed_tokens.weight"]));
            Assert.NotEqual(plain.WeightsDigest, changed.WeightsDigest);
        }

        WriteAdapter("resized", Config, extra: copy, value: zeros([48, 24], ScalarType.Float64));
        Assert.Contains("the adapter's vocabulary was resized: its embedding has 48 rows and this base 40, and the rows of its head are not in the file", Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Base, CPU, adapter: Path.Combine(_folder.Path, "resized"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resized_vocabulary_is_the_merged_models()
    {
        using var rows = randn([43, 24], ScalarType.Float64);
        using var headRows = randn([43, 24], ScalarType.Float64);
        WriteAdapter("resized", Config, extra: "base_model.model.model.embed_tokens.weight", value: rows, more: ("base_model.model.lm_head.weight", headRows));
        using var model = PretrainedModel.Load(Base, CPU, adapter: Path.Combine(_folder.Path, "resized"));
        Assert.Equal(43, model.Config.VocabularySize);
        Assert.Equal(43, model.Decoder.VocabularySize);
        var merged = Path.Combine(_folder.Path, "merged");
        CheckpointWriter.Write(merged, model.Decoder.Parameters, model.Files());
        using var copy = PretrainedModel.Load(merged, CPU);
        Assert.Equal(43, copy.Config.VocabularySize);
        Assert.Contains(CheckpointDoctor.Examine(Base, Path.Combine(_folder.Path, "resized")), finding => finding.Subject == "adapter" && finding.Verdict == FindingVerdict.Ok);
        Assert.Equal(MadeAdapter.Logits(model.Decoder), MadeAdapter.Logits(copy.Decoder));
        using var narrow = PretrainedModel.Load(Base, CPU, ScalarType.BFloat16, Path.Combine(_folder.Path, "resized")); // beside the base
        Assert.Equal((43, 43), (narrow.Config.VocabularySize, narrow.Decoder.VocabularySize));
        Assert.Equal(8 * 43, MadeAdapter.Logits(narrow.Decoder).Length);
    }

    [Fact]
    public void A_tokenizer_or_template_that_the_adapter_brings_is_used()
    {
        File.WriteAllText(Path.Combine(Base, "chat_template.jinja"), "base {{ messages[0].content }}");
        using (var plain = PretrainedModel.Load(Base, CPU, adapter: Adapter)) Assert.StartsWith("base", Rendered(plain), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Adapter, "chat_template.jinja"), "adapter {{ messages[0].content }}");
        using var model = PretrainedModel.Load(Base, CPU, adapter: Adapter);
        Assert.StartsWith("adapter", Rendered(model), StringComparison.Ordinal);
        Assert.Equal(DecidingFiles.Digests(Adapter)["chat_template.jinja"]!.ToString(), model.Folders.DecidingDigests()["chat_template.jinja"]!.ToString());
    }

    [Fact]
    public void A_tokenizer_that_the_adapter_brings_in_another_format_is_refused_unless_the_base_has_the_same_file()
    {
        File.WriteAllBytes(Path.Combine(Adapter, "tokenizer.model"), [1, 2, 3]);
        foreach (var bytes in (byte[]?[])[null, [1, 2, 4]])
        {
            if (bytes is not null) File.WriteAllBytes(Path.Combine(Base, "tokenizer.model"), bytes);
            var error = Assert.Throws<UserErrorException>(() => PretrainedModel.Load(Base, CPU, adapter: Adapter));
            Assert.Contains($"{Adapter}: the adapter brings a tokenizer in a format that is not read (tokenizer.model) and {Base} has not the same file", error.Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(Path.Combine(Base, "tokenizer.model"), [1, 2, 3]);
        using var model = PretrainedModel.Load(Base, CPU, adapter: Adapter);
        Assert.Equal(Base, model.Folders.Tokenizer);
        // The older layout of a byte-level tokenizer is read.
        File.Delete(Path.Combine(Adapter, "tokenizer.model"));
        File.WriteAllText(Path.Combine(Adapter, "vocab.json"), """{"a": 0, "b": 1, "ab": 2}""");
        File.WriteAllText(Path.Combine(Adapter, "merges.txt"), "#version: 0.2\na b\n");
        File.WriteAllText(Path.Combine(Adapter, "tokenizer_config.json"), """{"tokenizer_class": "GPT2Tokenizer"}""");
        using var older = PretrainedModel.Load(Base, CPU, adapter: Adapter);
        Assert.Equal([2, 0], older.Tokenizer.Encode("aba"));
    }

    // As in PEFT; a merged copy must end where the two did.
    [Fact]
    public void Where_responses_end_is_said_by_the_base_merged_or_not()
    {
        File.WriteAllText(Path.Combine(Base, "generation_config.json"), """{"eos_token_id": 5}""");
        File.WriteAllText(Path.Combine(Adapter, "generation_config.json"), """{"eos_token_id": 6}""");
        using var model = PretrainedModel.Load(Base, CPU, adapter: Adapter);
        Assert.Equal([5], model.GenerationConfig.EosIds);
        var merged = Path.Combine(_folder.Path, "merged");
        CheckpointWriter.Write(merged, model.Decoder.Parameters, model.Files());
        using var copy = PretrainedModel.Load(merged, CPU);
        Assert.Equal([5], copy.GenerationConfig.EosIds);
        Assert.Equal(DecidingFiles.Digests(Base)["generation_config.json"]!.ToString(), model.Folders.DecidingDigests()["generation_config.json"]!.ToString());
        Assert.Contains(CheckpointDoctor.Examine(Base, Adapter), finding => finding.Verdict == FindingVerdict.Warning && finding.Found.StartsWith("generation_config.json of the adapter is not read", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(Adapter, "generation_config.json"), """{"eos_token_id": 5}""");
        Assert.DoesNotContain(CheckpointDoctor.Examine(Base, Adapter), finding => finding.Found.Contains("of the adapter is not read", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static string Rendered(PretrainedModel model) => model.Chat!.Render([new Core.Language.ChatMessage("user", "x")], addGenerationPrompt: true);

    private void WriteBase(string name, ulong seed)
    {
        using var decoder = DecoderFactory.Create(_architecture, seed);
        CheckpointWriter.Write(Path.Combine(_folder.Path, name), decoder.Parameters, new CheckpointFiles { ConfigJson = _architecture.Raw.ToJsonString() });
    }

    private void WriteAdapter(string name, string config, Func<string, Tensor, Tensor?>? change = null, IReadOnlyDictionary<string, string>? metadata = null, string? extra = null, Tensor? value = null, (string Name, Tensor Value)? more = null)
    {
        using var decoder = DecoderFactory.Create(_architecture, 7);
        MadeAdapter.Write(Path.Combine(_folder.Path, name), config, decoder, _architecture, change: change, metadata: metadata, extra: extra is null ? [] : [(extra, value ?? zeros(2, 2, dtype: ScalarType.Float64)), .. more is { } other ? [other] : Array.Empty<(string, Tensor)>()]);
    }

    private static void CopyAdapter(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "adapter_*")) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
