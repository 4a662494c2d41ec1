using SafetyGate.Core;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>Matrices of the parameters of all experts of a layer (<c>target_parameters</c>), against the sums of PEFT's formula written out.</summary>
public sealed class ExpertAdapterSpecs : IDisposable
{
    private const int Experts = 4, Hidden = 24;
    private readonly TemporaryFolder _folder = new();
    private readonly Generator _generator = new(9);

    public void Dispose()
    {
        _folder.Dispose();
        _generator.Dispose();
    }

    [Theory]
    [InlineData("mixtral", "mlp.experts.gate_up_proj mlp.experts.down_proj", false)]
    [InlineData("mixtral", "gate_up_proj down_proj gate.weight", false)]
    [InlineData("mixtral", "experts.down_proj", true)]
    [InlineData("qwen3_moe", "gate_up_proj down_proj gate.weight", false)]
    [InlineData("qwen3_moe", "gate_up_proj down_proj", true)] // as before PEFT 0.19.1
    [InlineData("qwen3_moe", "model.layers.1.mlp.experts.gate_up_proj", false)]
    public void Every_expert_has_the_product_of_its_part(string family, string names, bool turned)
    {
        var architecture = TinyModels.Config(family, TinyModels.Differences(family));
        const string rest = "\"r\": 3, \"lora_alpha\": 6, \"rank_pattern\": {\".*\\\\.gate_up_proj\": 2}, \"alpha_pattern\": {\".*\\\\.gate_up_proj\": 5}";
        var config = $$"""{{{rest}}, "target_modules": ["q_proj"], "target_parameters": ["{{names.Replace(" ", "\", \"", StringComparison.Ordinal)}}"]}""";
        using var adapted = new AdaptedDecoder(DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64), architecture);
        using var expected = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64);
        var tensors = Make(architecture, expected, names.Split(' '), turned);
        MadeAdapter.Write(_folder.Path, config, tensors);
        using var file = AdapterFile.Open(_folder.Path);
        adapted.Add("a", Adapter.Load(file, adapted.Base, architecture));
        var (wanted, off) = (MadeAdapter.Logits(expected), MadeAdapter.Logits(adapted.Base));
        Assert.NotEqual(off, wanted);
        adapted.Activate("a");
        Numbers.Close(wanted, MadeAdapter.Logits(adapted), 1e-9, "beside the base");
        adapted.Merge();
        Numbers.Close(wanted, MadeAdapter.Logits(adapted), 1e-9, "merged");
        adapted.Activate();
        Assert.Equal(off, MadeAdapter.Logits(adapted));
        adapted.Activate("a");
        var (merged, _) = adapted.MergeAndUnload();
        using (merged) Numbers.Close(wanted, MadeAdapter.Logits(merged), 1e-9, "in the weights");
    }

    // Where both axes are as long, the shapes say nothing; PEFT reads them as its newer versions write them.
    [Theory]
    [InlineData("\"0.18.1\"", true)]
    [InlineData("\"0.19.0\"", true)]
    [InlineData("\"0.19.1\"", false)]
    [InlineData("\"0.20.1.dev0@main\"", false)]
    [InlineData("null", false)]
    public void Square_parameters_are_read_by_the_version_that_wrote_them(string version, bool turned)
    {
        var architecture = TinyModels.Config("qwen3_moe", [.. TinyModels.Differences("qwen3_moe"), ("moe_intermediate_size", 12)]);
        using var @base = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64);
        using var expected = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64);
        var tensors = Make(architecture, expected, ["gate_up_proj"], turned);
        MadeAdapter.Write(_folder.Path, $$"""{"r": 3, "lora_alpha": 6, "rank_pattern": {"gate_up_proj": 2}, "alpha_pattern": {"gate_up_proj": 5}, "peft_version": {{version}}, "target_modules": ["q_proj"], "target_parameters": ["gate_up_proj"]}""", tensors);
        using var file = AdapterFile.Open(_folder.Path);
        using var adapted = new AdaptedDecoder(@base, architecture);
        adapted.Add("a", Adapter.Load(file, @base, architecture));
        adapted.Activate("a");
        Numbers.Close(MadeAdapter.Logits(expected), MadeAdapter.Logits(adapted), 1e-9, version);
    }

    // The slope of the loss along each tensor, by differences.
    [Fact]
    public void Matrices_of_experts_are_trained()
    {
        var architecture = TinyModels.Config("qwen3_moe", TinyModels.Differences("qwen3_moe"));
        var config = new LoraConfig { R = 2, LoraAlpha = 4, TargetParameters = ["gate_up_proj", "down_proj"] };
        using var adapted = new AdaptedDecoder(DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64), architecture);
        var adapter = Adapter.Create(config, adapted.Base, architecture, seed: 3);
        Assert.False(adapter.HasEffect());
        adapted.Add("a", adapter);
        adapted.Train("a", seed: 1);
        Assert.Equal(4, adapter.Parameters.Count); // of the one layer with experts
        using (no_grad())
            foreach (var value in adapter.Parameters.Values) value.copy_(Some(value.shape));
        adapted.Trained.RequireGradients(true);
        using var scope = NewDisposeScope();
        Loss().backward();
        foreach (var (name, value) in adapter.Parameters)
        {
            using var noGradients = no_grad();
            var along = Some(value.shape);
            var slope = Numbers.Of(value.grad! * along).Sum();
            Assert.NotEqual(0, slope);
            value.add_(along * 1e-5);
            var above = Numbers.Of(Loss())[0];
            value.add_(along * -2e-5);
            var below = Numbers.Of(Loss())[0];
            value.add_(along * 1e-5);
            Numbers.Close((above - below) / 2e-5, slope, 1e-6, name);
        }

        adapted.Trained.ClearGradients();
        adapted.Trained.RequireGradients(false);

        Tensor Loss() => adapted.Logits(adapted.Hidden(new DecoderInput { IdsBT = Numbers.Ids([1, 5, 9, 3, 7, 7, 2, 30]) })).pow(2).mean();
    }

    [Theory]
    [InlineData("\"lora_bias\": true, ", "'target_parameters' and 'lora_bias' are given together")]
    [InlineData("\"use_dora\": true, ", "'target_parameters' and 'use_dora' are given together")]
    public void What_PEFT_does_not_combine_is_refused(string setting, string says) =>
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => LoraConfig.ParseText($$"""{"peft_type": "LORA", {{setting}}"target_parameters": ["down_proj"]}""", "adapter_config.json")).Message, StringComparison.Ordinal);

    private Tensor Some(params long[] shape) => randn(shape, ScalarType.Float64, generator: _generator) * 0.3;

    // Tensors as PEFT saves them, and their products in the weights of another decoder, number by number.
    private List<(string, Tensor)> Make(DecoderConfig architecture, IDecoder expected, IReadOnlyList<string> names, bool turned)
    {
        using var noGradients = no_grad();
        var tensors = new List<(string, Tensor)>();
        for (var layer = 0; layer < architecture.Layers; layer++)
        {
            var q = $"model.layers.{layer}.self_attn.q_proj";
            Pair(q, Some(3, Hidden), Some(24, 3), 2, q);
            if (architecture.LayerPlans[layer].Experts is not { } experts) continue;
            var at = $"model.layers.{layer}.mlp.experts";
            bool Has(string parameter) => names.Any(name => (at + "." + parameter).EndsWith("." + name, StringComparison.Ordinal) || name == at + "." + parameter);
            if (Has("gate_up_proj")) Stacked(layer, at + (Has("down_proj") ? ".base_layer" : ""), 2, 2.5, 2 * experts.IntermediateSize, Hidden, architecture.Names.Expert.Gate, architecture.Names.Expert.Up);
            if (Has("down_proj")) Stacked(layer, at, 3, 2, Hidden, experts.IntermediateSize, architecture.Names.Expert.Down);
            if (names.Contains("gate.weight")) Pair($"model.layers.{layer}.mlp.gate", Some(3, Hidden), Some(Experts, 3), 2, architecture.Names.Layer(layer, architecture.Names.Router));
        }

        return tensors;

        void Pair(string place, Tensor a, Tensor b, double scale, string module)
        {
            tensors.AddRange([($"base_model.model.{place}.lora_A.weight", a), ($"base_model.model.{place}.lora_B.weight", b)]);
            expected.Parameters[module + ".weight"].add_(b.mm(a) * scale);
        }

        // ΔW[e, o, i] = s · Σ_k B[o, k·X + e] · A[e·R + k, i]; with the axes turned, ΔW[e, i, o].
        void Stacked(int layer, string place, int rank, double scale, int rows, int columns, params string[] projections)
        {
            var (inputs, outputs) = turned ? (rows, columns) : (columns, rows);
            var (a, b) = (Some(rank * Experts, inputs), Some(outputs, rank * Experts));
            tensors.AddRange([($"base_model.model.{place}.lora_A.weight", a), ($"base_model.model.{place}.lora_B.weight", b)]);
            var (first, second) = (Numbers.Of(a), Numbers.Of(b));
            for (var expert = 0; expert < Experts; expert++)
            {
                var delta = new double[rows * columns];
                for (var o = 0; o < outputs; o++)
                    for (var i = 0; i < inputs; i++)
                        for (var k = 0; k < rank; k++)
                            delta[turned ? (i * columns) + o : (o * columns) + i] += scale * second[(o * rank * Experts) + (k * Experts) + expert] * first[(((expert * rank) + k) * inputs) + i];
                var all = tensor(delta, [rows, columns]);
                var each = rows / projections.Length;
                foreach (var (index, projection) in projections.Index())
                    expected.Parameters[architecture.Names.ExpertOf(layer, expert, projection) + ".weight"].add_(all.narrow(0, index * each, each));
            }
        }
    }
}
