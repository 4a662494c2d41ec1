using SafetyGate.Core;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>Adapters that change embedding and head: rows of their own, a resized vocabulary, the two as one. Against weights changed by hand.</summary>
public sealed class AdapterVocabularySpecs : IDisposable
{
    private const string In = "base_model.model.model.embed_tokens", Out = "base_model.model.lm_head", Q = "base_model.model.model.layers.1.self_attn.q_proj";
    private const string QOnly = "\"r\": 2, \"lora_alpha\": 4, \"target_modules\": [\"layers.1.self_attn.q_proj\"]";
    private readonly TemporaryFolder _folder = new();
    private readonly Generator _generator = new(5);

    public void Dispose()
    {
        _folder.Dispose();
        _generator.Dispose();
    }

    [Theory]
    [InlineData(true, "[3, 1]", true)] // a tied head follows
    [InlineData(false, "[3, 1]", false)]
    [InlineData(true, "{\"embed_tokens\": [3, 1], \"lm_head\": [3, 1]}", true)]
    public void Rows_stand_in_the_place_of_the_embeddings(bool tied, string rows, bool headToo)
    {
        var (delta, own) = (Some(2, 24), Matrices());
        using var adapted = Load(tied, $$"""{{{QOnly}}, "trainable_token_indices": {{rows}}}""", [.. own, (In + ".token_adapter.trainable_tokens_delta", delta)]);
        using var expected = Expected(40, tied, Put, headToo ? Put : same => same, own);
        Check(adapted, expected);
        Assert.Equal(tied, adapted.Architecture.TieWordEmbeddings);

        Tensor Put(Tensor weight)
        {
            var changed = weight.clone();
            changed[3].copy_(delta[0]);
            changed[1].copy_(delta[1]);
            return changed;
        }
    }

    [Theory]
    [InlineData(true, "lm_head")]
    [InlineData(false, "lm_head")]
    [InlineData(true, "embed_tokens lm_head")]
    [InlineData(false, "embed_tokens lm_head")]
    public void Rows_of_the_head_are_its_own_where_the_tokens_differ(bool tied, string modules)
    {
        var (first, second, own) = (Some(2, 24), Some(1, 24), Matrices());
        var both = modules.Contains(' ', StringComparison.Ordinal);
        var config = both ? "{\"embed_tokens\": [3, 1], \"lm_head\": [39]}" : "{\"lm_head\": [39]}";
        List<(string, Tensor)> tensors = [.. own, (Out + ".token_adapter.trainable_tokens_delta", second)];
        if (both) tensors.Add((In + ".token_adapter.trainable_tokens_delta.default", first)); // as in memory
        if (both) tensors[0] = (Q + ".lora_A.default.weight", own[0].Value);
        using var adapted = Load(tied, $$"""{{{QOnly}}, "trainable_token_indices": {{config}}}""", tensors);
        using var expected = Expected(40, tied, weight => both ? weight.index_copy(0, tensor(new long[] { 3, 1 }), first) : weight, weight => weight.index_copy(0, tensor(new long[] { 39 }), second), own);
        Check(adapted, expected);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void A_resized_vocabulary_is_that_of_the_file(bool tied, bool withHead)
    {
        var (rows, own) = (Some(45, 24), Matrices());
        var head = tied ? rows : Some(45, 24); // PEFT saves both, of one matrix
        List<(string, Tensor)> tensors = [.. own, (In + ".weight", rows)];
        if (withHead) tensors.Add((Out + ".weight", head));
        using var adapted = Load(tied, $$"""{{{QOnly}}}""", tensors);
        using var expected = Expected(45, tied, _ => rows, _ => head, own);
        Check(adapted, expected);
        Assert.Equal(40, adapted.Base.VocabularySize);
    }

    [Fact]
    public void A_resized_vocabulary_may_have_matrices_and_modules_saved_whole()
    {
        var (rows, head, own) = (Some(37, 24), Some(37, 24), Matrices());
        using (var adapted = Load(false, $$"""{{{QOnly}}, "modules_to_save": ["embed_tokens", "lm_head"]}""", [.. own, (In + ".weight", rows), (Out + ".weight", head)]))
        using (var expected = Expected(37, false, _ => rows, _ => head, own))
            Check(adapted, expected);
        var (a, b) = (Some(2, 37), Some(24, 2));
        var config = """{"r": 2, "lora_alpha": 4, "target_modules": ["layers.1.self_attn.q_proj", "embed_tokens"]}""";
        foreach (var tied in (bool[])[true, false])
        {
            using var adapted = Load(tied, config, [.. own, (In + ".base_layer.weight", rows), (In + ".lora_embedding_A", a), (In + ".lora_embedding_B", b), .. tied ? [] : new[] { (Out + ".weight", head) }]);
            using var expected = Expected(37, tied, _ => rows + (b.mm(a) * 2).t(), _ => tied ? rows : head, own); // the product is the embedding's alone
            Check(adapted, expected);
        }
    }

    [Fact]
    public void New_tokens_may_have_rows_of_their_own_in_a_resized_vocabulary()
    {
        var (rows, delta, own) = (Some(42, 24), Some(2, 24), Matrices());
        using var adapted = Load(true, $$"""{{{QOnly}}, "trainable_token_indices": [40, 41]}""",
            [.. own, (In + ".token_adapter.base_layer.weight", rows), (In + ".token_adapter.trainable_tokens_delta", delta), (In + ".token_adapter.trainable_tokens_original", Some(2, 24)), (Out + ".token_adapter.base_layer.weight", rows)]);
        var changed = rows.index_copy(0, tensor(new long[] { 40, 41 }), delta);
        using var expected = Expected(42, true, _ => changed, _ => changed, own);
        Check(adapted, expected);
    }

    [Theory]
    [InlineData("target_modules", true)]
    [InlineData("target_modules", false)]
    [InlineData("modules_to_save", true)]
    [InlineData("modules_to_save", false)]
    public void Embedding_and_head_that_are_to_stay_one_change_as_one(string key, bool savedTwice)
    {
        var own = Matrices();
        var (a, b, whole) = (Some(2, 40), Some(24, 2), Some(40, 24));
        var isTarget = key == "target_modules";
        List<(string, Tensor)> tensors = [.. own];
        if (isTarget) tensors.AddRange([(In + ".lora_embedding_A", a), (In + ".lora_embedding_B", b)]);
        if (isTarget && savedTwice) tensors.AddRange([(Out + ".lora_A.weight", b.t().contiguous()), (Out + ".lora_B.weight", a.t().contiguous())]);
        if (!isTarget) tensors.Add((In + ".weight", whole));
        if (!isTarget && savedTwice) tensors.Add((Out + ".weight", whole));
        var names = isTarget ? """["layers.1.self_attn.q_proj", "embed_tokens"]""" : """["layers.1.self_attn.q_proj"], "modules_to_save": ["model.embed_tokens"]""";
        var config = $$"""{"r": 2, "lora_alpha": 4, "ensure_weight_tying": true, "target_modules": {{names}}}""";
        using var adapted = Load(true, config, tensors);
        using var expected = Expected(40, true, Change, Change, own);
        Check(adapted, expected);
        Assert.True(adapted.Architecture.TieWordEmbeddings);
        tensors.Add(isTarget ? (Out + ".lora_A.weight", b.t().contiguous() + 1) : (Out + ".weight", whole + 1));
        if (savedTwice) return;
        Assert.Contains("the two are one matrix in this base", Assert.Throws<UserErrorException>(() => Load(true, config, tensors)).Message, StringComparison.Ordinal);

        Tensor Change(Tensor weight) => isTarget ? weight + (b.mm(a) * 2).t() : whole;
    }

    // PEFT norms the columns of an embedding: its matrices lie the other way round.
    [Fact]
    public void Magnitudes_of_an_embedding_set_the_lengths_of_its_columns()
    {
        var own = Matrices();
        var (a, b, lengths, qLengths) = (Some(2, 40), Some(24, 2), Some(24).abs() + 0.5, Some(24).abs() + 0.5);
        using var adapted = Load(false, """{"r": 2, "lora_alpha": 4, "use_dora": true, "target_modules": ["layers.1.self_attn.q_proj", "embed_tokens"]}""",
            [.. own, (Q + ".lora_magnitude_vector", qLengths), (In + ".lora_embedding_A", a), (In + ".lora_embedding_B", b), (In + ".lora_magnitude_vector", lengths)]);
        using var expected = Expected(40, false, weight =>
        {
            var sum = weight + (b.mm(a) * 2).t();
            double[] numbers = Numbers.Of(sum), wanted = Numbers.Of(lengths);
            for (var column = 0; column < 24; column++)
            {
                var length = Math.Sqrt(Enumerable.Range(0, 40).Sum(row => numbers[(row * 24) + column] * numbers[(row * 24) + column]));
                for (var row = 0; row < 40; row++) numbers[(row * 24) + column] *= wanted[column] / length;
            }

            return tensor(numbers, [40, 24]);
        }, same => same, own, qLengths);
        Check(adapted, expected);
        Assert.True(adapted["a"].HasEffect());
    }

    [Theory]
    [InlineData("token", "'trainable_token_indices' has the token 40; the vocabulary has 40 tokens")]
    [InlineData("rows", "tensor 'base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta' has the shape [2, 24]")]
    [InlineData("head", "its head has 45 rows and this base 40, and the rows of its embedding are not in the file")]
    [InlineData("apart", "the adapter's embedding has 45 rows and its head 44")]
    [InlineData("columns", "tensor 'base_model.model.model.embed_tokens.lora_embedding_A' has the shape [2, 45]")]
    [InlineData("saved", "its embedding has 45 rows and this base 40, and the rows of its head are not in the file")]
    public void What_does_not_fit_is_said_in_one_line(string kind, string says)
    {
        var (config, tensors) = kind switch
        {
            "token" => ($$"""{{{QOnly}}, "trainable_token_indices": [40]}""", [(In + ".token_adapter.trainable_tokens_delta", Some(1, 24))]),
            "rows" => ($$"""{{{QOnly}}, "trainable_token_indices": [4]}""", [(In + ".token_adapter.trainable_tokens_delta", Some(2, 24))]),
            "head" => ($$"""{{{QOnly}}}""", [(Out + ".weight", Some(45, 24))]),
            "apart" => ($$"""{{{QOnly}}}""", [(In + ".weight", Some(45, 24)), (Out + ".weight", Some(44, 24))]),
            "saved" => ($$"""{{{QOnly}}, "modules_to_save": ["embed_tokens"]}""", [(In + ".weight", Some(45, 24))]), // of a tied base: its head's new rows are nowhere
            _ => ("""{"r": 2, "lora_alpha": 4, "target_modules": ["layers.1.self_attn.q_proj", "embed_tokens"]}""", new[] { (In + ".lora_embedding_A", Some(2, 45)), (In + ".lora_embedding_B", Some(24, 2)) }),
        };
        var error = Assert.Throws<UserErrorException>(() => Load(kind == "saved", config, [.. Matrices(), .. tensors]));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Adapters_with_rows_or_a_vocabulary_of_their_own_are_on_together_only_where_they_do_not_meet()
    {
        var own = Matrices();
        using var adapted = Load(false, $$"""{{{QOnly}}, "trainable_token_indices": [1, 3]}""", [.. own, (In + ".token_adapter.trainable_tokens_delta", Some(2, 24))]);
        Add(adapted, "same", $$"""{{{QOnly}}, "trainable_token_indices": [3]}""", [.. own, (In + ".token_adapter.trainable_tokens_delta", Some(1, 24))]);
        Add(adapted, "other", $$"""{{{QOnly}}, "trainable_token_indices": [4]}""", [.. own, (In + ".token_adapter.trainable_tokens_delta", Some(1, 24))]);
        Add(adapted, "resized", $$"""{{{QOnly}}}""", [.. own, (In + ".weight", Some(45, 24)), (Out + ".weight", Some(45, 24))]);
        Add(adapted, "plain", $$"""{{{QOnly}}}""", own);
        Assert.Contains("have a row of 'model.embed_tokens' for the token 3", Assert.Throws<UserErrorException>(() => adapted.Activate("a", "same")).Message, StringComparison.Ordinal);
        Assert.Contains("'resized' has a vocabulary of its own", Assert.Throws<UserErrorException>(() => adapted.Activate("a", "resized")).Message, StringComparison.Ordinal);
        adapted.Activate("resized", "plain");
        Assert.Equal(45, adapted.VocabularySize);
        adapted.Activate("a", "other");
        Assert.Equal(40, adapted.VocabularySize);
        Assert.Equal(Numbers.Of(adapted["other"].Parameters[In + ".token_adapter.trainable_tokens_delta"]), RowOf(adapted, 4));
        Assert.Equal(Numbers.Of(adapted["a"].Parameters[In + ".token_adapter.trainable_tokens_delta"][1]), RowOf(adapted, 3));

        static double[] RowOf(AdaptedDecoder decoder, int token)
        {
            decoder.Merge();
            var (merged, row) = (decoder.Active, Array.Empty<double>());
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            row = Numbers.Of(((LlamaDecoder)Inner(decoder)).HiddenStates(new DecoderInput { IdsBT = Numbers.Ids([token]) })[0][0, 0]);
            decoder.Unmerge();
            return row;
        }

        static IDecoder Inner(AdaptedDecoder decoder) => (IDecoder)typeof(AdaptedDecoder).GetField("_inner", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(decoder)!;
    }

    private static DecoderConfig Architecture(bool tied, int vocabulary = 40) => TinyModels.Config("llama", ("tie_word_embeddings", tied), ("vocab_size", vocabulary));

    private Tensor Some(params long[] shape) => randn(shape, ScalarType.Float64, generator: _generator) * 0.3;

    private List<(string Name, Tensor Value)> Matrices() => [(Q + ".lora_A.weight", Some(2, 24)), (Q + ".lora_B.weight", Some(24, 2))];

    private AdaptedDecoder Load(bool tied, string config, IReadOnlyList<(string, Tensor)> tensors)
    {
        var adapted = new AdaptedDecoder(DecoderFactory.Create(Architecture(tied), seed: 7, dtype: ScalarType.Float64), Architecture(tied));
        try
        {
            Add(adapted, "a", config, tensors);
            return adapted;
        }
        catch
        {
            adapted.Dispose();
            throw;
        }
    }

    private void Add(AdaptedDecoder adapted, string name, string config, IReadOnlyList<(string, Tensor)> tensors)
    {
        MadeAdapter.Write(_folder.Path, config, tensors);
        using var file = AdapterFile.Open(_folder.Path);
        adapted.Add(name, Adapter.Load(file, adapted.Base, Architecture(adapted.Base.Parameters.ContainsKey("lm_head.weight") is false)));
    }

    // A base without ties, with an embedding, a head and one projection changed by hand.
    private static LlamaDecoder Expected(int vocabulary, bool tied, Func<Tensor, Tensor> embedding, Func<Tensor, Tensor> head, List<(string Name, Tensor Value)> own, Tensor? lengths = null)
    {
        using var plain = DecoderFactory.Create(Architecture(tied), seed: 7, dtype: ScalarType.Float64);
        var parameters = new ParameterSet();
        using var noGradients = no_grad();
        foreach (var (name, value) in plain.Parameters)
        {
            if (name == "model.embed_tokens.weight") parameters.Add(name, embedding(value.clone()).clone());
            else if (name == "lm_head.weight") continue;
            else if (name != "model.layers.1.self_attn.q_proj.weight") parameters.Add(name, value.clone());
            else
            {
                var sum = value + (own[1].Value.mm(own[0].Value) * 2);
                parameters.Add(name, lengths is null ? sum : sum * (lengths / sum.norm(1, false, 2)).unsqueeze(-1));
            }
        }

        parameters.Add("lm_head.weight", head((tied ? plain.Parameters["model.embed_tokens.weight"] : plain.Parameters["lm_head.weight"]).clone()).clone());
        return (LlamaDecoder)DecoderFactory.Over(Architecture(false, vocabulary), parameters);
    }

    private static void Check(AdaptedDecoder adapted, IDecoder expected)
    {
        const double tolerance = 1e-9;
        var (wanted, off) = (MadeAdapter.Logits(expected), MadeAdapter.Logits(adapted.Base));
        adapted.Activate("a");
        Assert.Equal(expected.VocabularySize, adapted.VocabularySize);
        Numbers.Close(wanted, MadeAdapter.Logits(adapted), tolerance, "beside the base");
        adapted.Merge();
        Numbers.Close(wanted, MadeAdapter.Logits(adapted), tolerance, "merged");
        adapted.Unmerge();
        Numbers.Close(wanted, MadeAdapter.Logits(adapted), tolerance, "unmerged");
        adapted.Activate();
        Assert.Equal(off, MadeAdapter.Logits(adapted));
        Assert.NotEqual(off, wanted);
        Assert.True(adapted["a"].HasEffect());
        CheckWritten(adapted, wanted, tolerance);
        adapted.Activate("a");
    }

    // Written and read again, and in the weights of a model that is saved.
    private static void CheckWritten(AdaptedDecoder adapted, double[] wanted, double tolerance)
    {
        using var folder = new TemporaryFolder();
        var (basePath, adapterPath) = (Path.Combine(folder.Path, "base"), Path.Combine(folder.Path, "adapter"));
        var architecture = Architecture(!adapted.Base.Parameters.ContainsKey("lm_head.weight"));
        CheckpointWriter.Write(basePath, adapted.Base.Parameters, new CheckpointFiles { ConfigJson = architecture.Raw.ToJsonString() });
        using (var checkpoint = CheckpointReader.Open(basePath)) AdapterWriter.Write(adapterPath, adapted["a"], basePath, checkpoint.WeightsDigest());
        using var model = PretrainedModel.Load(adapterPath, CPU, ScalarType.Float64);
        Numbers.Close(wanted, MadeAdapter.Logits(model.Decoder), tolerance, "written and read");
        var merged = Path.Combine(folder.Path, "merged");
        CheckpointWriter.Write(merged, model.Decoder.Parameters, model.Files());
        using var copy = PretrainedModel.Load(merged, CPU, ScalarType.Float64);
        Numbers.Close(wanted, MadeAdapter.Logits(copy.Decoder), tolerance, "merged and saved");
    }
}
