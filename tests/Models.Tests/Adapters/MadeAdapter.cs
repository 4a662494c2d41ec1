using System.Text.Json.Nodes;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>Adapters made on the spot for a tiny base of any family, with every matrix away from zero.</summary>
internal static class MadeAdapter
{
    /// <summary>A base, its adapters by configuration, none of them on.</summary>
    public static AdaptedDecoder On(DecoderConfig architecture, params IReadOnlyList<string> configs)
    {
        var @base = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64);
        var adapted = new AdaptedDecoder(@base, architecture);
        foreach (var (index, config) in configs.Index()) adapted.Add(Names[index], Load(config, @base, architecture, seed: 11 + index));
        return adapted;
    }

    public static IReadOnlyList<string> Names { get; } = ["a", "b", "c"];

    /// <summary>An adapter with random tensors under the names and shapes its configuration calls for.</summary>
    public static Adapter Load(string config, IDecoder @base, DecoderConfig architecture, long seed = 11)
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, config, @base, architecture, seed);
        using var file = AdapterFile.Open(folder.Path);
        return Adapter.Load(file, @base, architecture);
    }

    /// <summary>Writes an adapter's directory.</summary>
    public static void Write(string directory, string config, IDecoder @base, DecoderConfig architecture, long seed = 11, Func<string, Tensor, Tensor?>? change = null, IReadOnlyDictionary<string, string>? metadata = null, IReadOnlyList<(string Name, Tensor Value)>? extra = null, Func<string, string>? rename = null, Func<string, string>? nameOf = null)
    {
        Directory.CreateDirectory(directory);
        var json = JsonNode.Parse(config)!.AsObject();
        json["peft_type"] = "LORA";
        File.WriteAllText(Path.Combine(directory, AdapterFile.ConfigFileName), json.ToJsonString());
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var read = LoraConfig.ParseText(json.ToJsonString(), "adapter_config.json");
        var site = new AdapterSite(@base, architecture);
        var plan = AdapterPlan.Of(read, site, "adapter_config.json", nameOf: nameOf);
        var tensors = new List<(string Name, Tensor Value)>();
        void Add(string name, params long[] shape) => tensors.Add((name, randn(shape, ScalarType.Float64, generator: generator) * 0.3));
        foreach (var target in plan.Targets)
        {
            if (tensors.Exists(pair => pair.Name == target.A)) continue; // of all experts
            Add(target.A, target.ShapeOfA);
            Add(target.B, target.ShapeOfB);
            if (read.LoraBias) Add(target.BBias, target.Outputs);
            if (read.UseDora) tensors.Add((target.Magnitude, randn([target.Outputs], ScalarType.Float64, generator: generator).abs() + 0.5));
        }

        foreach (var (name, replaced) in Adapter.Names(plan)) Add(name, site.Value(replaced)!.shape);
        foreach (var rows in plan.Rows) Add(rows.Name, rows.Tokens.Count, architecture.HiddenSize);
        tensors.AddRange(extra ?? []);
        var written = tensors.Select(pair => (pair.Name, Value: change is null ? pair.Value : change(pair.Name, pair.Value)));
        WriteTensors(directory, [.. written.Where(pair => pair.Value is not null).Select(pair => (rename?.Invoke(pair.Name) ?? pair.Name, pair.Value!))], metadata);
    }

    /// <summary>Writes an adapter's directory with these tensors, whatever its configuration calls for.</summary>
    public static void Write(string directory, string config, params IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        Directory.CreateDirectory(directory);
        var json = JsonNode.Parse(config)!.AsObject();
        json["peft_type"] = "LORA";
        File.WriteAllText(Path.Combine(directory, AdapterFile.ConfigFileName), json.ToJsonString());
        WriteTensors(directory, tensors, null);
    }

    private static void WriteTensors(string directory, IReadOnlyList<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var stream = File.Create(Path.Combine(directory, AdapterFile.WeightsFileName));
        SafetensorsWriter.Write(stream, [.. tensors.Select(pair => new SafetensorsSource(pair.Name, "F64", pair.Value.shape, to => TensorBytes.Read(pair.Value, ScalarType.Float64, to.Write)))], metadata ?? new Dictionary<string, string> { ["format"] = "pt" });
    }

    public static double[] Logits(IDecoder decoder)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return Numbers.Of(decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids([1, 5, 9, 3, 7, 7, 2, 30]) })));
    }
}
