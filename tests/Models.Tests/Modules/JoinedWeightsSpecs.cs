using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Modules;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Modules;

/// <summary>Weights that lie together are decoded with where they lie, and are tensors of their own for all else.</summary>
public sealed class JoinedWeightsSpecs : IDisposable
{
    private const string Key = "model.layers.1.self_attn.k_proj.weight";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void No_weight_is_there_twice_while_a_model_decodes(string family)
    {
        using var made = TinyModels.Decoder(family);
        CheckpointWriter.Write(_folder["model"], made.Parameters, new CheckpointFiles { ConfigJson = made.Config.Raw.ToJsonString() });
        using var loaded = (LlamaDecoder)DecoderFactory.Load(_folder["model"], dtype: ScalarType.Float64);
        foreach (var decoder in (LlamaDecoder[])[made, loaded])
        {
            var (stacks, copies) = Decoded(decoder, []);
            Assert.Equal(0, copies);
            Assert.Equal(family is "phi3" or "gpt2", stacks == 0); // whose files have them stacked
        }

        Assert.All(made.Parameters, pair => Assert.Equal(Numbers.Of(pair.Value), Numbers.Of(loaded.Parameters[pair.Key])));
    }

    [Fact]
    public void A_weight_that_changes_is_the_next_caches_weight()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder();
        var before = Last(decoder, cached: true);
        decoder.Parameters[Key].mul_(-1);
        Assert.NotEqual(before, Last(decoder, cached: true));
        Numbers.Close(Last(decoder, cached: false), Last(decoder, cached: true), 1e-12, "states");
    }

    [Fact]
    public void Weights_get_the_gradients_of_weights_that_lie_apart()
    {
        using var decoder = TinyModels.Decoder();
        var apart = new ParameterSet();
        foreach (var (name, value) in decoder.Parameters) apart.Add(name, value.clone());
        using var other = new LlamaDecoder(decoder.Config, apart);
        Assert.Equal(2 * decoder.Config.Layers, Decoded(other, []).Copies);
        foreach (var one in (LlamaDecoder[])[decoder, other])
        {
            using var scope = NewDisposeScope();
            one.Parameters.RequireGradients(true);
            one.Logits(one.Hidden(Input())).sum().backward();
        }

        Assert.All(decoder.Parameters, pair => Assert.Equal(Numbers.Of(apart[pair.Key].grad!), Numbers.Of(pair.Value.grad!)));
    }

    [Fact]
    public void Weights_that_would_begin_inside_a_line_of_memory_stay_apart()
    {
        using var decoder = TinyModels.Decoder("llama", ScalarType.Float32, ("hidden_size", 21), ("head_dim", 2), ("intermediate_size", 31));
        Assert.Equal((2 * decoder.Config.Layers, 2 * decoder.Config.Layers), Decoded(decoder, []));
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Numbers.Close(Last(decoder, cached: false), Last(decoder, cached: true), 1e-4, "states");
    }

    [Fact]
    public void Only_a_group_that_an_adapter_changes_is_copied()
    {
        using var decoder = TinyModels.Decoder();
        Assert.Equal((2 * decoder.Config.Layers, 1), Decoded(decoder, [Key[..^".weight".Length]]));
        Assert.Equal(0, Decoded(decoder, []).Copies);
    }

    [Fact]
    public void Weights_are_one_matrix_in_their_order_only_and_all_together()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyModels.Decoder();
        Tensor[] weights = [.. ((string[])["q", "k", "v"]).Select(part => decoder.Parameters[$"model.layers.1.self_attn.{part}_proj.weight"])];
        Assert.Equal(Numbers.Of(cat(weights, 0)), Numbers.Of(WeightBlock.Whole(weights)!));
        Assert.Null(WeightBlock.Whole([weights[1], weights[0], weights[2]]));
        Assert.Null(WeightBlock.Whole([weights[0], weights[1]]));
        Assert.Null(WeightBlock.Whole([weights[0], weights[1], decoder.Parameters["model.layers.2.self_attn.v_proj.weight"]]));
        Assert.Null(WeightBlock.Whole([weights[0], weights[1], weights[2].clone()]));
    }

    // Stacks, and those of them that are copies, after a pass that decodes with deltas of 1 on some projections.
    private static (int Stacks, int Copies) Decoded(LlamaDecoder decoder, IReadOnlyList<string> changed)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var deltas = changed.Select(name => (Projection: decoder.Projections[name], Delta: new Ones(decoder.Projections[name]))).ToList();
        foreach (var (projection, delta) in deltas) projection.Add(delta);
        using var cache = decoder.CreateCache(1, 8);
        decoder.Hidden(Input(), cache);
        foreach (var (projection, delta) in deltas) projection.Remove(delta);
        return (decoder.Frozen.Count, decoder.Frozen.Copies);
    }

    private static double[] Last(LlamaDecoder decoder, bool cached)
    {
        using var cache = cached ? decoder.CreateCache(1, 8) : null;
        return Numbers.Of(decoder.LastHidden(Input(), cache));
    }

    private static DecoderInput Input() => new() { IdsBT = Numbers.Ids([1, 17, 4, 33, 9]) };

    private sealed class Ones(Projection of) : IProjectionDelta
    {
        public Tensor Of(Tensor inputBTI) => nn.functional.linear(inputBTI, Matrix());

        public Tensor Matrix() => ones([of.Outputs, of.Inputs], of.Weight.dtype);
    }
}
