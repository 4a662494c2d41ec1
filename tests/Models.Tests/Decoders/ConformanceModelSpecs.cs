using System.Collections.Concurrent;
using System.Text.Json;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>Every case of every model of the conformance data, in float32 and in float64.</summary>
public sealed class ConformanceModelSpecs
{
    private static readonly ConcurrentDictionary<(string Model, ScalarType Dtype, bool IsScripted), Lazy<LlamaDecoder>> Loaded = new();

    public static TheoryData<string, int, string, ScalarType> Cases()
    {
        var cases = new TheoryData<string, int, string, ScalarType>();
        foreach (var model in Found())
            foreach (var (index, one) in Reference(model).GetProperty("cases").EnumerateArray().Index())
                foreach (var dtype in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
                    cases.Add(model, index, one.GetProperty("kind").GetString()!, dtype);
        if (cases.Count == 0) cases.Add("", 0, "", ScalarType.Float32);
        return cases;
    }

    public static TheoryData<string> Models()
    {
        var models = new TheoryData<string>();
        foreach (var model in Found()) models.Add(model);
        if (models.Count == 0) models.Add("");
        return models;
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_decoder_computes_what_transformers_computes(string model, int index, string kind, ScalarType dtype)
    {
        var one = Reference(model).GetProperty("cases")[index];
        ConformanceLog.Compared(model, Invariant($"{kind} {index}"));
        Assert.Equal(kind, one.GetProperty("kind").GetString());
        new ConformanceCase(one, Load(model, dtype)).Check();
    }

    [Theory, MemberData(nameof(Models))]
    public void So_does_one_whose_attention_and_norms_are_one_operator_each_as_on_a_gpu(string model)
    {
        var decoder = Load(model, ScalarType.Float32, isScripted: true);
        Assert.Equal(decoder.Config.AttentionSoftcap is null, decoder.HasFusedAttention);
        foreach (var one in Reference(model).GetProperty("cases").EnumerateArray()) new ConformanceCase(one, decoder).Check();
    }

    [Theory, MemberData(nameof(Models))]
    public void Both_styles_of_config_give_the_same_logits_to_the_bit(string model)
    {
        var alternative = Reference(model).GetProperty("config_alt").GetProperty("file").GetString()!;
        var path = Path.Combine(Directory(model), alternative);
        using var other = (LlamaDecoder)DecoderFactory.Load(Directory(model), DecoderConfig.ParseText(File.ReadAllText(path), path));
        using var noGradients = no_grad();
        using var ids = Numbers.Ids(Enumerable.Range(1, 30).ToArray());
        using var one = Logits(Load(model, ScalarType.Float32), ids);
        using var two = Logits(other, ids);
        Assert.Equal(Numbers.Of(one), Numbers.Of(two));
    }

    [Theory, MemberData(nameof(Models))]
    public void A_decoder_has_the_parameters_the_reference_counts(string model)
    {
        var reference = Reference(model);
        var decoder = Load(model, ScalarType.Float32);
        Assert.Equal(reference.GetProperty("num_parameters").GetInt64(), decoder.Parameters.NumberCount);
        Assert.Equal(reference.GetProperty("tied_embeddings").GetBoolean(), !decoder.Parameters.ContainsKey("lm_head.weight"));
    }

    // Folders of models with a reference in the common shape.
    private static IEnumerable<string> Found() =>
        ConformanceCases.Find("models", "reference.json", SearchOption.AllDirectories).Where(file => ConformanceCases.Json(file).TryGetProperty("family", out _)).Select(file => Path.GetDirectoryName(file)!);

    private static string Directory(string model) => ConformanceCases.Require(model);

    private static JsonElement Reference(string model) => ConformanceCases.Json(model.Length == 0 ? "" : model + "/reference.json");

    private static Tensor Logits(LlamaDecoder decoder, Tensor ids)
    {
        using var hidden = decoder.Hidden(new DecoderInput { IdsBT = ids });
        return decoder.Logits(hidden);
    }

    private static LlamaDecoder Load(string model, ScalarType dtype, bool isScripted = false) => Loaded.GetOrAdd((model, dtype, isScripted), key => new(() =>
    {
        using var choice = ScriptedOperators.Choose(key.IsScripted);
        return (LlamaDecoder)DecoderFactory.Load(Directory(key.Model), dtype: key.Dtype);
    })).Value;
}
