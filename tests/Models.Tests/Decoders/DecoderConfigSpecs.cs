using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>config.json in both styles, and what is refused in it.</summary>
public sealed class DecoderConfigSpecs
{
    [Fact]
    public void Absent_keys_have_the_familys_defaults()
    {
        var config = TinyModels.Config("llama", ("head_dim", null), ("num_key_value_heads", null), ("initializer_range", null), ("eos_token_id", null));
        Assert.Equal(6, config.HeadDim);
        Assert.Equal(4, config.KeyValueHeads);
        Assert.Equal(0.02, config.InitializerRange);
        Assert.Equal(1e-6, config.RmsNormEpsilon);
        Assert.False(config.TieWordEmbeddings);
        Assert.Empty(config.EosIds);
        Assert.Null(config.PadId);
        Assert.All(config.LayerPlans, plan => Assert.Equal(new LayerPlan(null, new RopeSettings { Theta = 10_000 }), plan));
        Assert.True(TinyModels.Config("gemma3_text").TieWordEmbeddings);
    }

    [Fact]
    public void The_older_and_the_newer_style_of_rotary_settings_mean_the_same()
    {
        var scaling = new JsonObject { ["rope_type"] = "llama3", ["factor"] = 8.0, ["low_freq_factor"] = 1.0, ["high_freq_factor"] = 4.0, ["original_max_position_embeddings"] = 16 };
        var older = TinyModels.Config("llama", ("rope_theta", 500_000.0), ("rope_scaling", scaling));
        scaling["rope_theta"] = 500_000.0;
        var newer = TinyModels.Config("llama", ("rope_parameters", scaling));
        Assert.Equal(older.LayerPlans, newer.LayerPlans);
        Assert.Equal(500_000, newer.LayerPlans[0].Rope!.Theta);
        var linear = TinyModels.Config("llama", ("rope_scaling", new JsonObject { ["type"] = "linear", ["factor"] = 4 })).LayerPlans[0].Rope;
        Assert.Equal(new RopeSettings { Type = "linear", Factor = 4 }, linear);
    }

    [Fact]
    public void Rotary_frequencies_are_a_geometric_row_and_llama3_bends_its_slow_end()
    {
        // θ = 10,000 and 4 features: 10000^0 = 1 and 10000^(-1/2) = 0.01.
        Assert.Equal([1f, 0.01f], new RopeSettings().InverseFrequencies(4));
        Assert.Equal([0.25f, 0.0025f], new RopeSettings { Type = "linear", Factor = 4 }.InverseFrequencies(4));
        // Wavelengths 2π ≈ 6.3 < 64 / 4 stays; 2π / 0.01 ≈ 628 > 64 / 1 is divided by 8.
        var llama3 = new RopeSettings { Type = "llama3", Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaxPositions = 64 };
        Assert.Equal([1f, 0.01f / 8], llama3.InverseFrequencies(4));
    }

    [Fact]
    public void Several_end_tokens_and_a_padding_token_of_minus_one_are_read()
    {
        var config = TinyModels.Config("llama", ("eos_token_id", new JsonArray(2, 3)), ("pad_token_id", -1));
        Assert.Equal([2, 3], config.EosIds);
        Assert.Null(config.PadId);
    }

    // The defaults of transformers' configuration classes (5.15); generate goes by them where there is no generation_config.json.
    [Theory]
    [InlineData("llama", 2), InlineData("mistral", 2), InlineData("mixtral", 2), InlineData("granite", 2), InlineData("gemma2", 1), InlineData("gemma3_text", 1)]
    [InlineData("phi3", 32_000), InlineData("gpt2", 50_256), InlineData("olmo2", 50_279), InlineData("smollm3", 128_001)]
    [InlineData("qwen2", null), InlineData("qwen3", null), InlineData("qwen3_moe", null)]
    public void Where_no_file_names_an_end_token_that_of_the_class_counts(string modelType, int? eos)
    {
        var config = TinyModels.Config(modelType, ("eos_token_id", null), ("vocab_size", 200_000));
        Assert.Equal(eos is { } own ? [own] : [], EndsOf(config, null));
        Assert.Equal(eos is not null, GenerationDefaults.From(config, null, "generation_config.json").EndsByClass);
        Assert.Empty(EndsOf(config, "{}"));
        Assert.Equal([5], EndsOf(config, """{"eos_token_id": 5}"""));
        Assert.Empty(EndsOf(TinyModels.Config(modelType, ("eos_token_id", null), ("vocab_size", Math.Max(1, eos ?? 1))), null)); // beyond the vocabulary
        Assert.Equal([3], EndsOf(TinyModels.Config(modelType, ("eos_token_id", 3), ("vocab_size", 200_000)), null));
        var raw = (JsonObject)config.Raw.DeepClone();
        raw["eos_token_id"] = null;
        Assert.Empty(EndsOf(DecoderConfig.Parse(raw, "config.json"), null)); // said to be none
        static IReadOnlyList<int> EndsOf(DecoderConfig config, string? generation) => GenerationDefaults.From(config, generation, "generation_config.json").EosIds;
    }

    [Fact]
    public void A_switched_off_window_is_no_window()
    {
        var off = TinyModels.Config("qwen2", ("sliding_window", 4), ("use_sliding_window", false), ("max_window_layers", 1));
        Assert.All(off.LayerPlans, plan => Assert.Null(plan.Window));
        var on = TinyModels.Config("qwen2", ("sliding_window", 4), ("use_sliding_window", true), ("max_window_layers", 1));
        Assert.Equal([null, 4, 4], on.LayerPlans.Select(plan => plan.Window));
    }

    [Fact]
    public void Unknown_keys_are_kept()
    {
        Assert.Equal("kept", (string?)TinyModels.Config("llama", ("some_key_of_the_future", "kept")).Raw["some_key_of_the_future"]);
    }

    [Theory]
    [InlineData("vocab_size", "0", "'vocab_size' is 0; it must be a whole number of 1 or more")]
    [InlineData("vocab_size", "\"40\"", "'vocab_size' is \"40\"")]
    [InlineData("hidden_size", "24.5", "'hidden_size' is 24.5")]
    [InlineData("hidden_size", "1e12", "'hidden_size' is 1e12")]
    [InlineData("num_key_value_heads", "3", "num_key_value_heads 3; the second must divide the first")]
    [InlineData("num_hidden_layers", "2000000000", "'num_hidden_layers' is 2000000000; it must be a whole number from 1 to 10000")]
    [InlineData("partial_rotary_factor", "0.5", "'partial_rotary_factor' is 0.5")]
    [InlineData("head_dim", "5", "even number of features")]
    [InlineData("rms_norm_eps", "-1e-6", "'rms_norm_eps' is -1e-6; it must be a positive number")]
    [InlineData("rms_norm_eps", "\"NaN\"", "'rms_norm_eps'")]
    [InlineData("tie_word_embeddings", "1", "'tie_word_embeddings' is 1; it must be true or false")]
    [InlineData("eos_token_id", "40", "below the vocabulary's size of 40")]
    [InlineData("eos_token_id", "[1, null]", "a token id or a list of token ids")]
    [InlineData("hidden_act", "\"quick_gelu\"", "it must be one of 'silu', 'swish', 'gelu', 'gelu_new', 'gelu_pytorch_tanh' and 'relu'")]
    [InlineData("rope_scaling", "{\"rope_type\":\"ntk\",\"factor\":2}", "'ntk' is not supported; supported are default, linear, dynamic, llama3, yarn, longrope")]
    [InlineData("rope_scaling", "{\"rope_type\":\"linear\"}", "has no 'factor'")]
    [InlineData("rope_scaling", "[]", "'rope_scaling' is []; it must be an object")]
    [InlineData("rope_scaling", "{\"rope_type\":\"llama3\",\"factor\":2,\"low_freq_factor\":4,\"high_freq_factor\":4,\"original_max_position_embeddings\":16}", "the high one must be larger")]
    public void A_value_that_cannot_be_is_refused_by_name(string key, string value, string words)
    {
        var problem = Assert.Throws<UserErrorException>(() => TinyModels.Config("llama", (key, JsonNode.Parse(value))));
        Assert.Contains(words, problem.Message);
        Assert.Contains("test config", problem.Message);
        Assert.Equal(GateExitCode.BadInput, problem.ExitCode);
    }

    [Theory]
    [InlineData("vocab_size"), InlineData("hidden_size"), InlineData("intermediate_size"), InlineData("num_hidden_layers"), InlineData("num_attention_heads")]
    public void A_missing_size_is_refused_by_name(string key) =>
        Assert.Contains($"no '{key}'", Assert.Throws<UserErrorException>(() => TinyModels.Config("llama", (key, null))).Message);

    [Theory]
    [InlineData("gpt_neox"), InlineData("mamba"), InlineData("")]
    public void An_unknown_architecture_is_refused_and_the_known_ones_named(string modelType)
    {
        var message = Assert.Throws<UserErrorException>(() => TinyModels.Config(modelType)).Message;
        Assert.Contains($"'{modelType}'", message);
        foreach (var known in DecoderFactory.SupportedArchitectures) Assert.Contains(known, message);
    }

    [Fact]
    public void An_architecture_that_is_not_its_model_types_is_refused()
    {
        var message = Assert.Throws<UserErrorException>(() => TinyModels.Config("llama", ("architectures", new JsonArray("Qwen2ForCausalLM")))).Message;
        Assert.Contains("'Qwen2ForCausalLM'", message);
    }

    [Theory]
    [InlineData("[1]"), InlineData("{"), InlineData("{\"model_type\":\"llama\",\"model_type\":\"llama\"}")]
    public void Text_that_is_no_configuration_is_refused(string text) =>
        Assert.Contains("broken.json", Assert.Throws<UserErrorException>(() => DecoderConfig.ParseText(text, "broken.json")).Message);
}
