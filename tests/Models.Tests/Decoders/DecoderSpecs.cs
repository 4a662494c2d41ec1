using SafetyGate.Models.Decoders;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>What must hold of a decoder whatever its weights.</summary>
public sealed class DecoderSpecs
{
    // float64 sums in another order
    private const double Rounding = 1e-12;

    private static readonly int[] Long = [1, 17, 4, 33, 9, 21, 5, 38, 12, 30, 6, 2];
    private static readonly int[] Short = [1, 25, 11, 7, 19];

    public static TheoryData<string> Families() => TinyModels.Families();

    [Theory, MemberData(nameof(Families))]
    public void Reading_with_a_cache_equals_reading_at_once(string family)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder(family);
        var whole = Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Long) });
        using var cache = decoder.CreateCache(1, 16);
        var read = 0;
        foreach (var part in (int[])[5, 1, 1, 3, 2])
        {
            var logits = Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Long[read..(read + part)]) }, cache);
            Numbers.Close(Numbers.Of(whole.narrow(1, read, part)), Numbers.Of(logits), Rounding, "logits of a part");
            read += part;
            Assert.Equal(read, cache.Length);
        }
        Assert.Equal(Long.Length, read);
    }

    [Theory, MemberData(nameof(Families))]
    public void The_last_state_is_that_of_the_whole_pass(string family)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder(family);
        var rows = Numbers.Ids(Long, [0, 0, 0, 0, 0, 0, 0, .. Short]);
        var keep = Numbers.Mask([.. Enumerable.Repeat(1, Long.Length)], [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
        var whole = decoder.Hidden(new DecoderInput { IdsBT = rows, KeepMaskBT = keep });
        using var cache = decoder.CreateCache(2, Long.Length);
        var first = decoder.LastHidden(new DecoderInput { IdsBT = rows.narrow(1, 0, 9), KeepMaskBT = keep.narrow(1, 0, 9) }, cache);
        Assert.Equal([2, decoder.Config.HiddenSize], first.shape);
        Numbers.Close(Numbers.Of(whole.select(1, 8)), Numbers.Of(first), Rounding, "states of the first part");
        var second = decoder.LastHidden(new DecoderInput { IdsBT = rows.narrow(1, 9, 3), KeepMaskBT = keep }, cache); // reads what the part before left in the cache
        Numbers.Close(Numbers.Of(whole.select(1, 11)), Numbers.Of(second), Rounding, "states of the second part");
    }

    [Theory, MemberData(nameof(Families))]
    public void A_row_padded_on_either_side_equals_the_row_alone(string family)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder(family);
        var padding = new int[Long.Length - Short.Length];
        var alone = Numbers.Of(Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Short) }));
        var ones = Enumerable.Repeat(1, Short.Length).ToArray();

        var left = Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Long, [.. padding, .. Short]), KeepMaskBT = Numbers.Mask(Enumerable.Repeat(1, Long.Length).ToArray(), [.. padding, .. ones]) });
        Numbers.Close(alone, Numbers.Of(left[1].narrow(0, padding.Length, Short.Length)), Rounding, "left-padded logits");
        var right = Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Long, [.. Short, .. padding]), KeepMaskBT = Numbers.Mask(Enumerable.Repeat(1, Long.Length).ToArray(), [.. ones, .. padding]) });
        Numbers.Close(alone, Numbers.Of(right[1].narrow(0, 0, Short.Length)), Rounding, "right-padded logits");
    }

    [Theory, MemberData(nameof(Families))]
    public void Packed_segments_equal_separate_rows(string family)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder(family);
        var segments = Long.Select(_ => 0).Concat(Short.Select(_ => 1)).ToArray();
        var packed = Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids([.. Long, .. Short]), SegmentsBT = Numbers.Ids(segments) });
        Numbers.Close(Numbers.Of(Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Long) })), Numbers.Of(packed.narrow(1, 0, Long.Length)), Rounding, "first segment");
        Numbers.Close(Numbers.Of(Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Short) })), Numbers.Of(packed.narrow(1, Long.Length, Short.Length)), Rounding, "second segment");
    }

    [Theory, MemberData(nameof(Families))]
    public void Completions_that_share_prompts_equal_rows_of_their_own(string family)
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyModels.Decoder(family);
        var input = CompletionInput.Of([
            ([1, 5, 9, 3, 3, 8, 2], [4, 6, 7, 8, 9, 30, 31, 32, 33]), ([1, 5, 9, 3, 3, 8, 2], [7]), ([1], [12, 13]),
            ([1, 5, 9, 3, 3, 8, 2], [4, 6, 7]), ([20, 21, 22], [1, 1, 1, 1, 1, 1, 1, 1]), ([1], [39])]);
        Assert.Equal(3, input.Prompts.Count);
        decoder.Parameters.RequireGradients(true);
        var (shared, gradients) = Read(() => decoder.CompletionHidden(input));
        var (apart, expected) = Read(() => PaddedCompletions.Hidden(decoder, input));
        Numbers.Close(apart, shared, 1e-12, "hidden states");
        Numbers.Close(expected, gradients, 1e-9, "gradients");

        (double[] Hidden, double[] Gradients) Read(Func<Tensor> read)
        {
            decoder.Parameters.ClearGradients();
            var hiddenND = read();
            Assert.Equal([24L, 24L], hiddenND.shape); // 9 + 1 + 2 + 3 + 8 + 1 tokens, 24 features
            (hiddenND * arange(24 * 24, ScalarType.Float64).cos().view(24, 24)).sum().backward();
            return (Numbers.Of(hiddenND), [.. decoder.Parameters.Values.SelectMany(parameter => Numbers.Of(parameter.grad ?? zeros_like(parameter)))]);
        }
    }

    [Fact]
    public void Completions_that_continue_nothing_are_refused()
    {
        using var decoder = TinyModels.Decoder();
        string Refusal(IReadOnlyList<int> prompt, params IReadOnlyList<PromptCompletion> completions) =>
            Assert.Throws<ArgumentException>(() => decoder.CompletionHidden(new CompletionInput { Prompts = [prompt], Completions = completions })).Message;
        Assert.Contains("at least one", Refusal([1]));
        Assert.Contains("prompt 1", Refusal([1], new PromptCompletion(1, [2])));
        Assert.Contains("0 tokens", Refusal([], new PromptCompletion(0, [2])));
        Assert.Contains("of it 0", Refusal([1], new PromptCompletion(0, [])));
    }

    [Theory, MemberData(nameof(Families))]
    public void A_token_does_not_see_those_after_it(string family)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder(family);
        var changed = Long.ToArray();
        changed[^1] = 3;
        var one = Numbers.Of(Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Long) }));
        var two = Numbers.Of(Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(changed) }));
        var before = (Long.Length - 1) * decoder.VocabularySize;
        if (decoder.Config.LayerPlans.All(plan => plan.Experts is null)) Assert.Equal(one[..before], two[..before]);
        else Numbers.Close(one[..before], two[..before], Rounding, "logits before"); // an expert's products have another number of rows
        Assert.NotEqual(one[before..], two[before..]);
    }

    [Fact]
    public void A_window_of_w_lets_a_token_see_w_keys_itself_included()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder("mistral", changes: ("num_hidden_layers", 1)); // one layer: what is out of sight has no influence
        double[] LastLogits(int position, int id)
        {
            var ids = Long.ToArray();
            ids[position] = id;
            return Numbers.Of(Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(ids) })[0, -1]);
        }
        Assert.Equal(LastLogits(Long.Length - 6, 3), LastLogits(Long.Length - 6, 8));
        Assert.NotEqual(LastLogits(Long.Length - 5, 3), LastLogits(Long.Length - 5, 8));
    }

    [Fact]
    public void The_gradient_of_a_tied_matrix_is_that_of_embedding_and_head_together()
    {
        using var scope = NewDisposeScope();
        using var tied = TinyModels.Decoder("llama", changes: ("tie_word_embeddings", true));
        using var untied = TinyModels.Decoder("llama");
        using (no_grad()) untied.Parameters["lm_head.weight"].copy_(untied.Parameters["model.embed_tokens.weight"]);
        double[] Gradient(LlamaDecoder decoder, string name) => Numbers.Of(decoder.Parameters[name].grad!);
        foreach (var decoder in (LlamaDecoder[])[tied, untied])
        {
            decoder.Parameters.RequireGradients(true);
            Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Short) }).log_softmax(-1).narrow(2, 3, 1).sum().backward();
        }
        Assert.DoesNotContain("lm_head.weight", tied.Parameters.Keys);
        var both = Gradient(untied, "model.embed_tokens.weight").Zip(Gradient(untied, "lm_head.weight"), (a, b) => a + b).ToArray();
        Numbers.Close(both, Gradient(tied, "model.embed_tokens.weight"), Rounding, "gradient");
        Assert.Contains(both, number => Math.Abs(number) > 1e-3);
    }

    [Theory, MemberData(nameof(Families))]
    public void Every_parameter_gets_a_gradient(string family)
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyModels.Decoder(family);
        decoder.Parameters.RequireGradients(true);
        Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(Long, [.. Long.Reverse()]) }).log_softmax(-1).narrow(2, 3, 1).sum().backward();
        foreach (var (name, parameter) in decoder.Parameters)
            Assert.True(Numbers.Of(parameter.grad!).Any(number => number != 0), name);
        decoder.Parameters.ClearGradients();
        Assert.All(decoder.Parameters.Values, parameter => Assert.Null(parameter.grad));
    }

    [Theory, InlineData("mixtral", "num_local_experts"), InlineData("qwen3_moe", "num_experts")]
    public void An_expert_that_no_token_picked_has_the_gradient_zero(string family, string count)
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyModels.Decoder(family, ScalarType.Float32, (count, 16));
        decoder.Parameters.RequireGradients(true);
        Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids([Long[..1]]) }).log_softmax(-1).narrow(2, 3, 1).sum().backward();
        var experts = decoder.Parameters.Where(pair => pair.Key.Contains(".experts.", StringComparison.Ordinal)).ToList();
        Assert.All(experts, pair => Assert.True(pair.Value.grad is not null, pair.Key));
        Assert.Contains(experts, pair => Numbers.Of(pair.Value.grad!).All(number => number == 0));
        Assert.Contains(experts, pair => Numbers.Of(pair.Value.grad!).Any(number => number != 0));
    }

    [Fact]
    public void Random_weights_are_the_seeds_alone()
    {
        using var one = DecoderFactory.Create(TinyModels.Config(), seed: 3);
        using var two = DecoderFactory.Create(TinyModels.Config(), seed: 3);
        using var other = DecoderFactory.Create(TinyModels.Config(), seed: 4);
        using var deeper = DecoderFactory.Create(TinyModels.Config(changes: ("num_hidden_layers", 5)), seed: 3);
        foreach (var (name, tensor) in one.Parameters)
        {
            Assert.Equal(Numbers.Of(tensor), Numbers.Of(two.Parameters[name]));
            Assert.Equal(Numbers.Of(tensor), Numbers.Of(deeper.Parameters[name]));
        }
        Assert.NotEqual(Numbers.Of(one.Parameters["model.embed_tokens.weight"]), Numbers.Of(other.Parameters["model.embed_tokens.weight"]));
        var numbers = Numbers.Of(one.Parameters["model.embed_tokens.weight"]); // 960 draws: the mean's standard error is 0.016
        Assert.InRange(numbers.Average(), -0.08, 0.08);
        Assert.InRange(Math.Sqrt(numbers.Average(number => number * number)), 0.42, 0.58);
        Assert.All(Numbers.Of(one.Parameters["model.norm.weight"]), number => Assert.Equal(1, number));
    }

    [Fact]
    public void Rows_of_a_cache_can_be_dropped_repeated_and_reordered()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder();
        int[][] rows = [Long[..5], Short, Long[5..10]];
        using var cache = decoder.CreateCache(3, 8);
        decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(rows) }, cache);
        cache.SelectRows(torch.tensor((long[])[2, 0, 2], ScalarType.Int64));
        Assert.Equal(3, cache.Batch);
        var next = Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids([8], [9], [10]) }, cache);
        foreach (var (row, ids) in ((int[][])[[.. rows[2], 8], [.. rows[0], 9], [.. rows[2], 10]]).Index())
            Numbers.Close(Numbers.Of(Logits(decoder, new DecoderInput { IdsBT = Numbers.Ids(ids) })[0, -1]), Numbers.Of(next[row, 0]), Rounding, Invariant($"row {row}"));
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_refused_with_both_shapes()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder();
        using var other = TinyModels.Decoder();
        using var cache = decoder.CreateCache(1, 4);
        using var foreign = other.CreateCache(1, 4);
        var five = new DecoderInput { IdsBT = Numbers.Ids(Short) };
        Assert.Contains("room for 4 tokens", Assert.Throws<ArgumentException>(() => decoder.Hidden(five, cache)).Message);
        Assert.Contains("another decoder", Assert.Throws<ArgumentException>(() => decoder.Hidden(five, foreign)).Message);
        Assert.Contains("[1, 5]", Assert.Throws<ArgumentException>(() => decoder.Hidden(five with { KeepMaskBT = Numbers.Mask([1, 1]) })).Message);
        var two = new DecoderInput { IdsBT = Numbers.Ids([1, 2]) };
        Assert.Contains("segments", Assert.Throws<ArgumentException>(() => decoder.Hidden(two with { SegmentsBT = Numbers.Ids([0, 1]) }, cache)).Message);
        using var gradients = set_grad_enabled(true);
        Assert.Contains("no_grad", Assert.Throws<ArgumentException>(() => decoder.Hidden(two, cache)).Message);
    }

    [Fact]
    public void A_forward_pass_leaves_nothing_in_the_scope_but_its_result()
    {
        using var decoder = TinyModels.Decoder("gemma3_text");
        using var ids = Numbers.Ids(Long);
        using var scope = NewDisposeScope();
        decoder.Hidden(new DecoderInput { IdsBT = ids });
        Assert.Equal(1, scope.DisposablesCount);
    }

    private static Tensor Logits(LlamaDecoder decoder, DecoderInput input, IDecoderCache? cache = null) => decoder.Logits(decoder.Hidden(input, cache));
}
