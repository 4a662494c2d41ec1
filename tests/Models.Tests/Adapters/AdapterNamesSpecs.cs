using SafetyGate.Core;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>Names that other savers give an adapter's tensors: the same adapter, or one line that says what is wrong.</summary>
public sealed class AdapterNamesSpecs : IDisposable
{
    private const string Prefix = "base_model.model.", Plain = """{"r": 4, "target_modules": ["q_proj", "embed_tokens"], "modules_to_save": ["lm_head"]}""";
    private readonly TemporaryFolder _folder = new();
    private readonly DecoderConfig _architecture = TinyModels.Config();
    private readonly IDecoder _base;

    public AdapterNamesSpecs() => _base = DecoderFactory.Create(_architecture, 7, dtype: ScalarType.Float64);

    public void Dispose()
    {
        _base.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string, Func<string, string>> Savers => new()
    {
        { "a state as it is in memory", name => Named(name, "default") },
        { "one under another name", name => Named(name, "my-adapter") },
        { "data parallel", name => "module." + name },
        { "torch.compile", name => Prefix + "_orig_mod." + name[Prefix.Length..] },
        { "FSDP", name => name.Replace(".self_attn", "._fsdp_wrapped_module.self_attn", StringComparison.Ordinal) },
        { "without PEFT's prefix", name => name[Prefix.Length..] },
        { "on a bare model", name => name.Replace(Prefix + "model.", Prefix, StringComparison.Ordinal) },
        { "on a model that sees (transformers 4.52 and later)", name => name.Replace(Prefix + "model.", Prefix + "model.language_model.", StringComparison.Ordinal) },
        { "on a model that sees (before)", name => name.Replace(Prefix, Prefix + "language_model.", StringComparison.Ordinal) },
    };

    [Theory, MemberData(nameof(Savers))]
    public void Names_of_other_savers_mean_those_of_PEFT(string saver, Func<string, string> rename)
    {
        var directory = Write("renamed", Plain, rename);
        Assert.Equal(Logits(Write("plain", Plain)), Logits(directory));
        Assert.NotEqual("", saver);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Magnitudes_are_found_under_an_adapters_name(bool inLayer)
    {
        const string dora = """{"r": 4, "target_modules": ["q_proj"], "use_dora": true}""";
        string Rename(string name) => name.EndsWith("magnitude_vector", StringComparison.Ordinal) ? name + (inLayer ? ".default.weight" : ".default") : Named(name, "default");
        Assert.Equal(Logits(Write("plain", dora)), Logits(Write("renamed", dora, Rename)));
    }

    // Selections, exceptions and patterns speak of the names of the model that was trained.
    [Theory]
    [InlineData(@"model\.language_model\.layers\.\d+\.self_attn\.q_proj", "model.language_model.")]
    [InlineData(@"^(language_model\.model(?=\.).*\.(q_proj))$", "language_model.model.")]
    public void A_selection_on_a_model_that_sees_is_that_of_its_language_model(string expression, string within)
    {
        string Whole(string module) => module.StartsWith("model.", StringComparison.Ordinal) ? within + module["model.".Length..] : module;
        var pattern = (within + "layers.1.self_attn.q_proj").Replace(".", @"\\.", StringComparison.Ordinal);
        var config = $$"""{"r": 4, "target_modules": "{{expression.Replace(@"\", @"\\", StringComparison.Ordinal)}}", "rank_pattern": {"{{pattern}}": 2} }""";
        var seeing = Write("seeing", config, name => Prefix + Whole(name[Prefix.Length..]), Whole);
        Assert.Equal(Logits(Write("plain", """{"r": 4, "target_modules": ["q_proj"], "rank_pattern": {"layers.1.self_attn.q_proj": 2} }""")), Logits(seeing));
    }

    [Fact]
    public void Matrices_of_what_sees_are_left_out_and_a_plain_name_beside_those_within_is_refused()
    {
        string Rename(string name) => name.Contains(".visual.", StringComparison.Ordinal) ? name : name.Replace(Prefix + "model.", Prefix + "model.language_model.", StringComparison.Ordinal);
        var expected = Logits(Write("plain", Plain));
        Assert.Equal(expected, Logits(Write("seeing", Plain, Rename, extra: Prefix + "model.visual.blocks.0.attn.qkv.lora_A.weight")));
        Assert.Contains("have no place for, the first 'base_model.model.model.layers.9.mlp.up_proj.lora_A.weight'", Refusal(Write("both", Plain, name => name.Contains("layers.9", StringComparison.Ordinal) ? name : Rename(name), extra: Prefix + "model.layers.9.mlp.up_proj.lora_A.weight")), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_adapters_in_a_file_and_two_tensors_of_one_name_are_refused()
    {
        Assert.Contains("holds several adapters ('a', 'b')", Refusal(Write("two", Plain, name => Named(name, name.Contains("layers.1", StringComparison.Ordinal) ? "a" : "b"))), StringComparison.Ordinal);
        Assert.Contains("would both be 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight'", Refusal(Write("twice", Plain, extra: Prefix + "model.layers.0.self_attn.q_proj.lora_A.default.weight")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_named_adapters_is_told()
    {
        var inner = Write("outer/second", Plain);
        var error = Assert.Throws<UserErrorException>(() => AdapterFile.Open(Path.GetDirectoryName(inner)!));
        Assert.EndsWith($"There is one in {inner}: name that directory.", error.Message, StringComparison.Ordinal);
    }

    private static string Named(string name, string adapter) =>
        name.EndsWith(".weight", StringComparison.Ordinal) && name.Contains("lora_", StringComparison.Ordinal) ? name[..^".weight".Length] + $".{adapter}.weight"
        : name.Contains("lora_", StringComparison.Ordinal) ? $"{name}.{adapter}"
        : name.Replace("lm_head.", $"lm_head.modules_to_save.{adapter}.", StringComparison.Ordinal);

    private string Write(string folder, string config, Func<string, string>? rename = null, Func<string, string>? nameOf = null, string? extra = null)
    {
        var directory = Path.Combine(_folder.Path, folder);
        MadeAdapter.Write(directory, config, _base, _architecture, rename: rename, nameOf: nameOf, extra: extra is null ? null : [(extra, zeros(2, 2, dtype: ScalarType.Float64))]);
        return directory;
    }

    private double[] Logits(string directory)
    {
        using var file = AdapterFile.Open(directory);
        var plain = DecoderFactory.Create(_architecture, 7, dtype: ScalarType.Float64);
        using var adapted = new AdaptedDecoder(plain, _architecture);
        adapted.Add("a", Adapter.Load(file, plain, _architecture));
        adapted.Activate("a");
        return MadeAdapter.Logits(adapted);
    }

    private string Refusal(string directory) => Assert.Throws<UserErrorException>(() => Logits(directory)).Message;
}
