using System.Text.Json;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>Every saved adapter of the conformance data, unmerged, merged, off, and its gradients, as PEFT computes them.</summary>
public sealed class LoraConformanceSpecs
{
    // Reference: float64, 12 digits. About ten times what float32 was seen to be off.
    private const double Single = 5e-5, Double = 1e-6;

    public static TheoryData<string, string, ScalarType> Cases()
    {
        var cases = new TheoryData<string, string, ScalarType>();
        foreach (var file in ConformanceCases.Find("trainers/lora", "*.json"))
            foreach (var adapter in ConformanceCases.Json(file).GetProperty("results").EnumerateObject())
                foreach (var dtype in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
                    cases.Add(file, adapter.Name, dtype);
        if (cases.Count == 0) cases.Add("", "", ScalarType.Float32);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void An_adapter_computes_what_PEFT_computes(string file, string name, ScalarType dtype)
    {
        using var at = new Case(file, name, dtype);
        ConformanceLog.Compared(file, name);
        using var noGradients = no_grad();
        at.Adapted.Activate("a");
        at.CheckLogits("beside the base");
        at.Adapted.Merge();
        at.CheckLogits("merged");
        at.Adapted.Unmerge();
        at.CheckLogits("unmerged again");
        at.Adapted.Activate();
        Numbers.Close(at.Expected.GetProperty("logits_norm_adapter_off").GetDouble(), at.LogitsNorm(), at.Tolerance, "norm of the logits without the adapter");
        at.Adapted.Activate("a");
        var (merged, _) = at.Adapted.MergeAndUnload();
        using (merged)
        {
            at.CheckLogits("in the weights", merged);
            foreach (var (parameter, norm) in at.Expected.GetProperty("merged_norms").EnumerateObject().Select(p => (p.Name, p.Value.GetDouble())))
                Numbers.Close(norm, Math.Sqrt(Numbers.Of(merged.Parameters[parameter]).Sum(number => number * number)), at.Tolerance, "norm of " + parameter);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Gradients_of_an_adapter_are_those_of_PEFT_and_the_base_has_none(string file, string name, ScalarType dtype)
    {
        using var at = new Case(file, name, dtype);
        Assert.Equal(
            at.Expected.GetProperty("trainable_by_file_name").EnumerateObject().Select(p => (p.Name, p.Value.GetInt64())).OrderBy(pair => pair.Name, StringComparer.Ordinal),
            at.Adapter.Parameters.Select(pair => (Name: pair.Key, pair.Value.numel())).OrderBy(pair => pair.Name, StringComparer.Ordinal));
        Assert.Equal(at.Expected.GetProperty("trainable_parameters").GetInt64(), at.Adapter.Parameters.NumberCount);
        at.Adapted.Train("a", seed: 1);
        at.Adapted.Trained.RequireGradients(true);
        using var scope = NewDisposeScope();
        var logits = at.Adapted.Logits(at.Adapted.Hidden(at.Input))[0];
        var labels = at.Labels;
        var loss = nn.functional.cross_entropy(logits.narrow(0, 0, labels.shape[0] - 1), labels.narrow(0, 1, labels.shape[0] - 1), ignore_index: -100);
        Numbers.Close(at.Expected.GetProperty("loss").GetDouble(), loss.ToDouble(), at.Tolerance, "loss");
        loss.backward();
        foreach (var (parameter, norm) in at.Expected.GetProperty("grad_norms").EnumerateObject().Select(p => (p.Name, p.Value.GetDouble())))
            Numbers.Close(norm, Math.Sqrt(Numbers.Of(at.Adapter.Parameters[parameter].grad!).Sum(number => number * number)), at.Tolerance, "gradient norm of " + parameter);
        Assert.All(at.Adapted.Base.Parameters.Values, parameter => Assert.False(parameter.requires_grad));
        at.Adapted.Trained.ClearGradients();
        at.Adapted.Trained.RequireGradients(false);
    }

    [Theory, MemberData(nameof(Cases))]
    public void An_adapter_directory_is_a_model_where_its_base_is_here(string file, string name, ScalarType dtype)
    {
        using var at = new Case(file, name, dtype);
        using var model = PretrainedModel.Load(at.Directory, CPU, dtype);
        at.CheckLogits("the adapter's directory as the model", model.Decoder);
        using var together = PretrainedModel.Load(at.Base, CPU, dtype, at.Directory);
        at.CheckLogits("the base with the adapter", together.Decoder);
        using var alone = PretrainedModel.Load(at.Base, CPU, dtype);
        Assert.Equal(model.WeightsDigest, together.WeightsDigest);
        Assert.NotEqual(alone.WeightsDigest, together.WeightsDigest);
    }

    [Theory, MemberData(nameof(Cases))]
    public void An_adapter_that_is_written_is_the_one_that_was_read(string file, string name, ScalarType dtype)
    {
        using var at = new Case(file, name, dtype);
        using var folder = new TemporaryFolder();
        var written = Path.Combine(folder.Path, "adapter");
        using (var checkpoint = CheckpointReader.Open(at.Base)) AdapterWriter.Write(written, at.Adapter, at.Base, checkpoint.WeightsDigest());
        using var model = PretrainedModel.Load(written, CPU, dtype);
        at.CheckLogits("the written adapter", model.Decoder);
        using var again = AdapterFile.Open(written);
        using var loaded = Adapter.Load(again, at.Adapted.Base, at.Architecture);
        Assert.Equal(at.Adapter.Modules, loaded.Modules);
    }

    /// <summary>An adapter on its base, and what is expected of it.</summary>
    private sealed class Case : IDisposable
    {
        private readonly JsonElement _inputs;

        public Case(string file, string name, ScalarType dtype)
        {
            var json = ConformanceCases.Json(file);
            (_inputs, Expected, Tolerance) = (json.GetProperty("inputs"), json.GetProperty("results").GetProperty(name), dtype == ScalarType.Float64 ? Double : Single);
            Directory = Path.Combine(Path.GetDirectoryName(ConformanceCases.Require(file))!, name);
            Base = ModelFolders.Find(Directory, null).Base;
            using var checkpoint = CheckpointReader.Open(Base);
            Architecture = DecoderConfig.ParseText(checkpoint.ConfigJson, "config.json");
            var decoder = DecoderFactory.Load(checkpoint, Architecture, CPU, dtype);
            using var opened = AdapterFile.Open(Directory);
            Adapter = Adapter.Load(opened, decoder, Architecture);
            Adapted = new AdaptedDecoder(decoder, Architecture);
            Adapted.Add("a", Adapter);
        }

        public JsonElement Expected { get; }

        public double Tolerance { get; }

        public string Directory { get; }

        public string Base { get; }

        public DecoderConfig Architecture { get; }

        public Adapter Adapter { get; }

        public AdaptedDecoder Adapted { get; }

        public DecoderInput Input => new() { IdsBT = Numbers.Ids(Numbers.Ints(_inputs.GetProperty("input_ids"))) };

        public Tensor Labels => Numbers.Ids(Numbers.Ints(_inputs.GetProperty("labels")))[0];

        public double LogitsNorm(IDecoder? decoder = null) => Math.Sqrt(Numbers.Of(Logits(decoder)).Sum(number => number * number));

        public void CheckLogits(string how, IDecoder? decoder = null)
        {
            var logits = Logits(decoder)[0];
            foreach (var (row, position) in Numbers.Ints(_inputs.GetProperty("logits_positions")).Index())
                Numbers.Close(Numbers.Doubles(Expected.GetProperty("logits")[row]), Numbers.Of(logits[position]), Tolerance, $"{how}: logits at {position}");
            Numbers.Close(Expected.GetProperty("logits_norm").GetDouble(), LogitsNorm(decoder), Tolerance, $"{how}: norm of the logits");
        }

        public void Dispose() => Adapted.Dispose();

        private Tensor Logits(IDecoder? decoder)
        {
            using var noGradients = no_grad();
            var used = decoder ?? Adapted;
            using var hidden = used.Hidden(Input);
            return used.Logits(hidden);
        }
    }
}
