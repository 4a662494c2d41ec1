using SafetyGate.Models.Decoders;
using SafetyGate.Models.Modules;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Modules;

/// <summary>Projections with and without deltas, apart and stacked.</summary>
public sealed class ProjectionSpecs
{
    // float64 sums in another order
    private const double Rounding = 1e-12;

    private static readonly double[] Weight = [1, 2, 3, 4, 5, 6]; // [3, 2]: rows (1, 2), (3, 4), (5, 6)

    [Theory, InlineData(false), InlineData(true)]
    public void An_output_is_the_products_with_the_rows_the_bias_and_every_delta(bool inputsFirst)
    {
        using var scope = NewDisposeScope();
        var rows = tensor(Weight, [3, 2], ScalarType.Float64);
        var projection = new Projection("p", inputsFirst ? rows.t().contiguous() : rows, tensor([100.0, 200, 300]), inputsFirst);
        Assert.Equal((2, 3), (projection.Inputs, projection.Outputs));
        var input = tensor([1.0, 10], [1, 2], ScalarType.Float64);
        Assert.Equal([121, 243, 365], Numbers.Of(projection.Forward(input)));
        var (one, two) = (new Delta([1, 0, 0, 0, 0, 0], 2), new Delta([0, 0, 0, 1, 0, 0], 2));
        projection.Add(one);
        projection.Add(two);
        Assert.Equal([122, 253, 365], Numbers.Of(projection.Forward(input)));
        Assert.Equal([2, 2, 3, 5, 5, 6], Numbers.Of(projection.MergedWeight()));
        Assert.True(projection.Remove(one));
        Assert.False(projection.Remove(one));
        Assert.Equal([121, 253, 365], Numbers.Of(projection.Forward(input)));
    }

    [Fact]
    public void A_stack_gives_the_outputs_of_its_parts_one_after_another()
    {
        using var scope = NewDisposeScope();
        var one = new Projection("one", tensor(Weight, [3, 2], ScalarType.Float64));
        var two = new Projection("two", tensor([7.0, 8], [1, 2], ScalarType.Float64));
        two.Add(new Delta([1, 1], 2));
        using var stack = new FusedProjection(one, two);
        Assert.Equal([5, 11, 17, 26], Numbers.Of(stack.Forward(tensor([1.0, 2], [1, 2], ScalarType.Float64))));
    }

    [Fact]
    public void A_decoder_names_its_projections_as_the_checkpoint_does()
    {
        using var decoder = TinyModels.Decoder("qwen2");
        var named = decoder.Parameters.Keys.Where(name => name.EndsWith("_proj.weight", StringComparison.Ordinal) || name == "lm_head.weight");
        Assert.Equal(named.Select(name => name[..^".weight".Length]), decoder.Projections.Keys);
        Assert.Same(decoder.Parameters["model.layers.1.self_attn.k_proj.bias"], decoder.Projections["model.layers.1.self_attn.k_proj"].Bias);
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_delta_acts_in_a_whole_pass_and_in_decoding_with_a_cache(string family)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder(family);
        var ids = Numbers.Ids([1, 17, 4, 33, 9, 21, 5]);
        var plain = Numbers.Of(Logits(decoder, ids));
        foreach (var (name, projection) in decoder.Projections)
        {
            var delta = new Delta(Numbers.Of(randn([projection.Outputs, projection.Inputs], ScalarType.Float64, generator: new Generator(3)) * 0.1), projection.Inputs);
            projection.Add(delta);
            var whole = Numbers.Of(Logits(decoder, ids));
            Assert.NotEqual(plain, whole);
            using (var cache = decoder.CreateCache(1, 8))
            {
                Logits(decoder, ids.narrow(1, 0, 6), cache);
                Numbers.Close(whole[(6 * decoder.VocabularySize)..], Numbers.Of(Logits(decoder, ids.narrow(1, 6, 1), cache)), Rounding, name);
            }
            projection.Remove(delta);
        }
        Assert.Equal(plain, Numbers.Of(Logits(decoder, ids)));
    }

    [Fact]
    public void Stacks_live_as_long_as_a_cache_that_decodes()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder();
        var ids = Numbers.Ids([1, 17, 4]);
        decoder.Hidden(new DecoderInput { IdsBT = ids });
        Assert.Equal(0, decoder.Frozen.Count);
        var (one, two) = (decoder.CreateCache(1, 4), decoder.CreateCache(1, 4));
        Logits(decoder, ids, one);
        Assert.Equal(2 * decoder.Config.Layers, decoder.Frozen.Count); // the attention's inputs and the feed-forward block's
        one.Dispose();
        one.Dispose();
        Logits(decoder, ids, two);
        Assert.Equal(2 * decoder.Config.Layers, decoder.Frozen.Count); // the attention's inputs and the feed-forward block's
        two.Dispose();
        Assert.Equal(0, decoder.Frozen.Count);
    }

    private static Tensor Logits(LlamaDecoder decoder, Tensor ids, IDecoderCache? cache = null) =>
        decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = ids }, cache));

    private sealed class Delta(double[] numbers, long inputs) : IProjectionDelta
    {
        public Tensor Of(Tensor inputBTI) => nn.functional.linear(inputBTI, Matrix());

        public Tensor Matrix() => tensor(numbers, ScalarType.Float64).reshape(-1, inputs);
    }
}
