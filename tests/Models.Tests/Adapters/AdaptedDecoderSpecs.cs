using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Generation;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>Adapters against the same base with its weights changed by hand.</summary>
public sealed class AdaptedDecoderSpecs
{
    private const double Tolerance = 1e-9; // float64, a few layers of a few dozen features
    private const string Plain = """{"r": 3, "lora_alpha": 6, "target_modules": ["q_proj", "o_proj", "down_proj"]}""";

    public static TheoryData<string> Families() => TinyModels.Families();

    [Theory, MemberData(nameof(Families))]
    public void Products_are_added_with_their_scale_in_every_family(string family)
    {
        var architecture = TinyModels.Config(family);
        using var adapted = MadeAdapter.On(architecture, """{"r": 3, "lora_alpha": 6, "target_modules": "all-linear", "rank_pattern": {"up_proj": 2}, "alpha_pattern": {"layers.1.self_attn.q_proj": 1.5}}""");
        using var expected = Changed(architecture, adapted, "a", (target, product) => product * (target.Module.EndsWith(".up_proj", StringComparison.Ordinal) ? 6 / 2.0 : target.Module == "model.layers.1.self_attn.q_proj" ? 1.5 / 3 : 6 / 3.0));
        CheckEverywhere(adapted, expected, "a");
    }

    [Fact]
    public void A_rank_stabilized_scale_divides_by_the_root_of_the_rank()
    {
        var architecture = TinyModels.Config();
        using var adapted = MadeAdapter.On(architecture, """{"r": 4, "lora_alpha": 6, "use_rslora": true, "target_modules": ["v_proj"]}""");
        using var expected = Changed(architecture, adapted, "a", (_, product) => product * (6 / Math.Sqrt(4)));
        CheckEverywhere(adapted, expected, "a");
    }

    [Theory, InlineData("llama"), InlineData("qwen2"), InlineData("qwen3"), InlineData("mistral"), InlineData("gemma2"), InlineData("gemma3_text"), InlineData("smollm3"), InlineData("olmo2"), InlineData("granite")]
    public void Magnitudes_set_the_lengths_of_rows(string family)
    {
        var architecture = TinyModels.Config(family);
        using var adapted = MadeAdapter.On(architecture, """{"r": 3, "lora_alpha": 3, "use_dora": true, "target_modules": ["q_proj", "k_proj", "gate_proj", "down_proj"]}""");
        var adapter = Find(adapted, "a");
        using var expected = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64);
        Change(expected, adapter, (target, weight, product) =>
        {
            var sum = weight + product;
            return sum * (adapter.Parameters[target.Magnitude] / sum.norm(1, false, 2)).unsqueeze(-1);
        });
        CheckEverywhere(adapted, expected, "a");
    }

    [Fact]
    public void An_offset_is_added_where_there_was_no_bias_and_to_the_bias_where_there_was()
    {
        foreach (var family in (string[])["llama", "qwen2"])
        {
            var architecture = TinyModels.Config(family);
            using var adapted = MadeAdapter.On(architecture, """{"r": 2, "lora_alpha": 3, "lora_bias": true, "target_modules": ["k_proj", "v_proj"]}""");
            var adapter = Find(adapted, "a");
            var before = MadeAdapter.Logits(adapted);
            adapted.Activate("a");
            // Every module is linear, so that twice the same input differs by the product alone.
            var projection = InnerProjection(adapted, "model.layers.0.self_attn.k_proj");
            using var scope = NewDisposeScope();
            var x = randn(1, 3, 24, dtype: ScalarType.Float64);
            var target = adapter.Plan.Targets[0];
            var byHand = nn.functional.linear(x, adapted.Base.Parameters[target.Module + ".weight"], adapted.Base.Parameters.TryGetValue(target.Module + ".bias", out var bias) ? bias : null!)
                + (nn.functional.linear(nn.functional.linear(x, adapter.Parameters[target.A]), adapter.Parameters[target.B], adapter.Parameters[target.BBias]) * 1.5);
            Numbers.Close(Numbers.Of(byHand), Numbers.Of(projection.Forward(x)), Tolerance, family);
            CheckGeneration(adapted);
            if (family == "llama") Assert.Contains("lora_bias", Assert.Throws<UserErrorException>(adapted.Merge).Message, StringComparison.Ordinal);
            else
            {
                var beside = MadeAdapter.Logits(adapted);
                adapted.Merge();
                Numbers.Close(beside, MadeAdapter.Logits(adapted), Tolerance, "merged");
            }

            adapted.Activate();
            Assert.Equal(before, MadeAdapter.Logits(adapted));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_adapter_of_the_embedding_leaves_the_head_alone_even_where_the_two_are_one(bool tied)
    {
        var architecture = TinyModels.Config("llama", ("tie_word_embeddings", tied));
        using var adapted = MadeAdapter.On(architecture, """{"r": 3, "lora_alpha": 6, "target_modules": ["embed_tokens", "q_proj"]}""");
        var adapter = Find(adapted, "a");
        using var expected = Untied(architecture);
        using (no_grad())
        {
            var embedding = expected.Parameters["model.embed_tokens.weight"];
            embedding.add_((adapter.Parameters["base_model.model.model.embed_tokens.lora_embedding_B"].matmul(adapter.Parameters["base_model.model.model.embed_tokens.lora_embedding_A"]) * 2).t());
        }

        Change(expected, adapter, (_, weight, product) => weight + (product * 2));
        CheckEverywhere(adapted, expected, "a");
    }

    [Theory]
    [InlineData(true, "lm_head")]
    [InlineData(false, "lm_head")]
    [InlineData(true, "embed_tokens")]
    [InlineData(false, "embed_tokens")]
    [InlineData(false, "norm")]
    [InlineData(false, "mlp")]
    public void Modules_that_are_saved_whole_stand_in_the_place_of_the_bases(bool tied, string module)
    {
        var architecture = TinyModels.Config("llama", ("tie_word_embeddings", tied));
        using var adapted = MadeAdapter.On(architecture, $$"""{"r": 3, "lora_alpha": 3, "target_modules": ["q_proj", "up_proj"], "modules_to_save": ["{{module}}"]}""");
        var adapter = Find(adapted, "a");
        Assert.Equal(module == "mlp" ? 3 : 6, adapter.Plan.Targets.Count); // what is saved whole has no matrices
        using var expected = Untied(architecture);
        using (no_grad())
            foreach (var (name, value) in adapter.Replacements())
                expected.Parameters[name].copy_(value);
        Change(expected, adapter, (_, weight, product) => weight + product);
        CheckEverywhere(adapted, expected, "a");
    }

    [Theory]
    [InlineData("all", 3 * 3)]
    [InlineData("lora_only", 3)]
    public void Biases_are_replaced(string bias, int count)
    {
        var architecture = TinyModels.Config("qwen2");
        using var adapted = MadeAdapter.On(architecture, $$"""{"r": 3, "lora_alpha": 3, "target_modules": ["q_proj", "up_proj"], "bias": "{{bias}}"}""");
        var adapter = Find(adapted, "a");
        Assert.Equal(count, adapter.Plan.Biases.Count);
        Assert.Contains("base_model.model.model.layers.0.self_attn.q_proj.base_layer.bias", adapter.Parameters.Keys);
        using var expected = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64);
        using (no_grad())
            foreach (var (name, value) in adapter.Replacements())
                expected.Parameters[name].copy_(value);
        Change(expected, adapter, (_, weight, product) => weight + product);
        CheckEverywhere(adapted, expected, "a");
    }

    [Fact]
    public void Several_adapters_are_on_and_off_by_name()
    {
        var architecture = TinyModels.Config();
        using var adapted = MadeAdapter.On(architecture, Plain, """{"r": 2, "lora_alpha": 1, "target_modules": ["q_proj", "v_proj"]}""");
        Assert.Equal(["a", "b"], adapted.Names);
        var off = MadeAdapter.Logits(adapted);
        adapted.Activate("a");
        var first = MadeAdapter.Logits(adapted);
        Assert.NotEqual(off, first);
        adapted.Activate("b");
        var second = MadeAdapter.Logits(adapted);
        Assert.NotEqual(first, second);
        adapted.Activate("a", "b");
        Assert.Equal(["a", "b"], adapted.Active);
        var both = MadeAdapter.Logits(adapted);
        using (var expected = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64))
        {
            Change(expected, Find(adapted, "a"), (_, weight, product) => weight + (product * 2));
            Change(expected, Find(adapted, "b"), (_, weight, product) => weight + (product * 0.5));
            Numbers.Close(MadeAdapter.Logits(expected), both, Tolerance, "both");
        }

        Assert.Equal(off, MadeAdapter.Logits(adapted.Base)); // whatever is on
        adapted.Merge();
        Assert.True(adapted.IsMerged);
        Numbers.Close(both, MadeAdapter.Logits(adapted), Tolerance, "both, merged");
        Assert.Equal(off, MadeAdapter.Logits(adapted.Base));
        adapted.Unmerge();
        Assert.Equal(both, MadeAdapter.Logits(adapted));
        adapted.Activate();
        Assert.Equal(off, MadeAdapter.Logits(adapted));
    }

    [Fact]
    public void What_cannot_be_on_together_is_refused()
    {
        using var adapted = MadeAdapter.On(TinyModels.Config(),
            Plain,
            """{"r": 2, "lora_alpha": 1, "target_modules": ["q_proj"], "use_dora": true}""",
            """{"r": 2, "lora_alpha": 1, "target_modules": ["q_proj"], "modules_to_save": ["lm_head"]}""");
        adapted.Add("d", MadeAdapter.Load("""{"r": 2, "lora_alpha": 1, "target_modules": ["v_proj"], "modules_to_save": ["lm_head"]}""", adapted.Base, TinyModels.Config()));
        Assert.Contains("'b' has magnitudes", Assert.Throws<UserErrorException>(() => adapted.Activate("a", "b")).Message, StringComparison.Ordinal);
        Assert.Contains("'lm_head.weight'", Assert.Throws<UserErrorException>(() => adapted.Activate("c", "d")).Message, StringComparison.Ordinal);
        Assert.Contains("no adapter 'x'; those of this model are a, b, c, d", Assert.Throws<UserErrorException>(() => adapted.Activate("x")).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<UserErrorException>(() => adapted.Activate("a", "a")).Message, StringComparison.Ordinal);
        Assert.Empty(adapted.Active);
        Assert.Throws<ArgumentException>(() => adapted.Add("a", Find(adapted, "a")));
    }

    [Fact]
    public void In_sixteen_bits_a_small_product_is_not_lost_while_decoding()
    {
        var architecture = TinyModels.Config();
        using var @base = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.BFloat16);
        using var adapted = new AdaptedDecoder(DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.BFloat16), architecture);
        var adapter = MadeAdapter.Load("""{"r": 3, "lora_alpha": 3, "target_modules": ["q_proj", "k_proj", "v_proj", "gate_proj"]}""", adapted.Base, architecture);
        adapted.Add("a", adapter);
        Assert.Equal(ScalarType.Float32, adapter.Parameters.Values.First().dtype);
        adapted.Activate("a");
        Assert.False(adapted.CanMergeExactly);
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var ids = Numbers.Ids([1, 5, 9, 3]);
        using var cache = adapted.CreateCache(1, 8);
        var frozen = adapted.LastHidden(new DecoderInput { IdsBT = ids }, cache);
        var plain = adapted.LastHidden(new DecoderInput { IdsBT = ids });
        Assert.True((frozen - plain).abs().max().ToDouble() <= 0.06, "bfloat16 of numbers near 3"); // products in another order
        // A product far below half a unit of the last place of a weight: in the sum it would vanish.
        adapter.Parameters["base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight"].requires_grad_(false).copy_(ones_like(adapter.Parameters["base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight"]) * 1e-3);
        adapter.Parameters["base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight"].copy_(ones_like(adapter.Parameters["base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight"]) * 1e-3);
        var fused = new Models.Modules.FusedProjection(InnerProjection(adapted, "model.layers.0.self_attn.v_proj"));
        var input = ones([1, 1, 24], ScalarType.BFloat16) * 512;
        var without = nn.functional.linear(input, @base.Parameters["model.layers.0.self_attn.v_proj.weight"]);
        Assert.NotEqual(Numbers.Of(without), Numbers.Of(fused.Forward(input)));
        fused.Dispose();
    }

    [Fact]
    public void Merging_into_the_base_takes_its_weights_over_and_frees_the_rest()
    {
        var architecture = TinyModels.Config("llama", ("tie_word_embeddings", true));
        using var adapted = MadeAdapter.On(architecture, """{"r": 3, "lora_alpha": 6, "target_modules": ["q_proj"], "modules_to_save": ["lm_head"]}""");
        adapted.Activate("a");
        var expected = MadeAdapter.Logits(adapted);
        var untouched = adapted.Base.Parameters["model.layers.0.mlp.up_proj.weight"];
        var touched = adapted.Base.Parameters["model.layers.0.self_attn.q_proj.weight"];
        var (merged, own) = adapted.MergeAndUnload();
        using (merged)
        {
            Assert.False(own.TieWordEmbeddings);
            Assert.False((bool)own.Raw["tie_word_embeddings"]!);
            Numbers.Close(expected, MadeAdapter.Logits(merged), Tolerance, "merged");
            Assert.Same(untouched, merged.Parameters["model.layers.0.mlp.up_proj.weight"]);
            Assert.True(touched.IsInvalid);
            Assert.Contains("lm_head.weight", merged.Parameters.Keys);
        }
    }

    // On the base, beside, merged, in the weights, and while decoding with a cache.
    private static void CheckEverywhere(AdaptedDecoder adapted, IDecoder expected, string name)
    {
        var wanted = MadeAdapter.Logits(expected);
        var off = MadeAdapter.Logits(adapted.Base);
        adapted.Activate(name);
        Numbers.Close(wanted, MadeAdapter.Logits(adapted), Tolerance, "beside the base");
        CheckGeneration(adapted);
        adapted.Merge();
        Numbers.Close(wanted, MadeAdapter.Logits(adapted), Tolerance, "merged");
        CheckGeneration(adapted);
        adapted.Unmerge();
        Numbers.Close(wanted, MadeAdapter.Logits(adapted), Tolerance, "unmerged");
        adapted.Activate();
        Assert.Equal(off, MadeAdapter.Logits(adapted));
        Assert.NotEqual(off, wanted);
        adapted.Activate(name);
        var (merged, _) = adapted.MergeAndUnload();
        using (merged) Numbers.Close(wanted, MadeAdapter.Logits(merged), Tolerance, "in the weights");
    }

    // Token by token with a cache, as in one pass.
    private static void CheckGeneration(IDecoder decoder)
    {
        var generated = new TokenGenerator(decoder, []).Generate([new GenerationRequest { Key = "k", PromptIds = [1, 5, 9] }], new SamplingOptions { MaxNewTokens = 6, Seed = 0 }, CancellationToken.None).Single();
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        int[] all = [1, 5, 9, .. generated.NewIds];
        var logits = decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(all) }))[0];
        for (var i = 0; i < generated.NewIds.Count; i++) Assert.Equal(generated.NewIds[i], (int)logits[2 + i].argmax().ToInt64());
    }

    private static IDecoder Untied(DecoderConfig architecture)
    {
        var plain = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64);
        if (!architecture.TieWordEmbeddings) return plain;
        var parameters = new ParameterSet();
        foreach (var (name, value) in plain.Parameters) parameters.Add(name, value.clone());
        parameters.Add("lm_head.weight", plain.Parameters["model.embed_tokens.weight"].clone());
        plain.Dispose();
        return DecoderFactory.Over(architecture.Untied(), parameters);
    }

    private static IDecoder Changed(DecoderConfig architecture, AdaptedDecoder adapted, string name, Func<LoraTarget, Tensor, Tensor> scaled)
    {
        var expected = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64);
        Change(expected, Find(adapted, name), (target, weight, product) => weight + scaled(target, product));
        return expected;
    }

    private static void Change(IDecoder decoder, Adapter adapter, Func<LoraTarget, Tensor, Tensor, Tensor> change)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var target in adapter.Plan.Targets.Where(target => !target.IsEmbedding))
        {
            var weight = decoder.Parameters[target.Module + ".weight"];
            var inputsFirst = decoder.Projections[target.Module].InputsFirst;
            var changed = change(target, inputsFirst ? weight.t() : weight, adapter.Parameters[target.B].matmul(adapter.Parameters[target.A]));
            weight.copy_(inputsFirst ? changed.t() : changed);
        }
    }

    private static Adapter Find(AdaptedDecoder adapted, string name) => adapted[name];

    private static Models.Modules.Projection InnerProjection(AdaptedDecoder adapted, string module) => adapted.Projections[module];
}
