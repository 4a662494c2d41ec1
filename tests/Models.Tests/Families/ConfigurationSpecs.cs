using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Families;

/// <summary>What each family reads, where both styles disagree, and keys that change the arithmetic.</summary>
public sealed class ConfigurationSpecs
{
    [Theory]
    [InlineData("llama", "attn_logit_softcapping", "30.0")]
    [InlineData("llama", "final_logit_softcapping", "30.0")]
    [InlineData("llama", "clip_qkv", "8.0")]
    [InlineData("llama", "lm_head_multiplier", "0.5")]
    [InlineData("llama", "attn_output_gate", "true")]
    [InlineData("llama", "rope_ratio", "2")]
    [InlineData("llama", "use_post_norm", "true")]
    [InlineData("llama", "logits_scaling", "2")]
    [InlineData("llama", "embedding_multiplier", "12")]
    [InlineData("llama", "sliding_window", "8")]
    [InlineData("llama", "no_rope_layers", "[1, 0, 1]")]
    [InlineData("llama", "alibi", "true")]
    [InlineData("llama", "num_local_experts", "8")]
    [InlineData("llama", "layer_types", "[\"full_attention\", \"sliding_attention\", \"full_attention\"]")]
    [InlineData("qwen2", "use_mrope", "true")]
    [InlineData("qwen2", "shared_expert_intermediate_size", "64")]
    [InlineData("qwen3", "attention_multiplier", "0.1")]
    [InlineData("mistral", "attention_bias", "true")]
    [InlineData("granite", "query_pre_attn_scalar", "16")]
    [InlineData("olmo2", "clip_qkv", "8")]
    [InlineData("gpt2", "scale_attn_by_inverse_layer_idx", "true")]
    [InlineData("gpt2", "add_cross_attention", "true")]
    [InlineData("gemma2", "use_bidirectional_attention", "true")]
    [InlineData("gemma3_text", "attn_logit_softcapping", "50.0")]
    [InlineData("gemma3_text", "_sliding_window_pattern", "2")]
    [InlineData("phi3", "mlp_bias", "true")]
    [InlineData("mixtral", "routed_scaling_factor", "2.5")]
    public void A_key_that_a_family_does_not_compute_is_refused_by_name(string family, string key, string value)
    {
        var message = Assert.Throws<UserErrorException>(() => TinyModels.Config(family, (key, JsonNode.Parse(value)))).Message;
        Assert.Contains($"'{key}'", message);
    }

    [Theory]
    [InlineData("llama", "attn_logit_softcapping", "null")]
    [InlineData("llama", "logits_scaling", "1.0")]
    [InlineData("llama", "clip_qkv", "null")]
    [InlineData("llama", "lm_head_multiplier", "1.0")]
    [InlineData("llama", "do_layer_norm_before", "true")]
    [InlineData("llama", "alibi", "false")]
    [InlineData("llama", "layer_types", "[\"full_attention\", \"full_attention\", \"full_attention\"]")]
    [InlineData("llama", "num_experts", "0")]
    [InlineData("phi3", "attention_bias", "false")]
    [InlineData("gpt2", "scale_attn_weights", "true")]
    [InlineData("qwen2", "use_mrope", "false")]
    public void The_same_key_with_a_value_that_changes_nothing_is_fine(string family, string key, string value)
    {
        var json = TinyModels.Json(family, TinyModels.Differences(family));
        json[key] = JsonNode.Parse(value);
        Assert.Equal(3, DecoderConfig.Parse(json, "test config").Layers);
    }

    [Fact]
    public void A_window_that_is_switched_off_is_fine_in_a_family_without_windows() =>
        Assert.All(TinyModels.Config("llama", ("sliding_window", 8), ("use_sliding_window", false)).LayerPlans, plan => Assert.Null(plan.Window));

    [Fact]
    public void Rotary_settings_in_both_styles_must_agree()
    {
        var yarn = new JsonObject { ["type"] = "yarn", ["factor"] = 4.0, ["original_max_position_embeddings"] = 16 };
        var plain = new JsonObject { ["rope_type"] = "default", ["rope_theta"] = 10_000.0 };
        Assert.Contains("'rope_scaling' (yarn", Refusal(("rope_scaling", yarn), ("rope_parameters", plain)));
        Assert.Contains("'rope_theta' is 500000", Refusal(("rope_theta", 500_000.0), ("rope_parameters", plain)));
        var same = new JsonObject { ["rope_type"] = "yarn", ["factor"] = 4.0, ["original_max_position_embeddings"] = 16, ["rope_theta"] = 10_000.0 };
        Assert.Equal("yarn", TinyModels.Config("llama", ("rope_scaling", yarn), ("rope_parameters", same)).LayerPlans[0].Rope!.Type);
        Assert.Equal("yarn", TinyModels.Config("llama", ("rope_scaling", new JsonObject()), ("rope_parameters", same)).LayerPlans[0].Rope!.Type);
    }

    [Theory]
    [InlineData("llama", "rope_theta", "500000", "{\"rope_type\": \"linear\", \"factor\": 2, \"rope_theta\": 10000}", "'rope_theta' is 500000 and 'rope_scaling' has a rope_theta of 10000")]
    [InlineData("gemma3_text", "rope_theta", "500000", "{\"rope_type\": \"linear\", \"factor\": 2, \"rope_theta\": 10000}", "'rope_theta' is 500000 and 'rope_scaling' has a rope_theta of 10000")]
    [InlineData("gemma3_text", "rope_theta", "10000", "{\"type\": \"linear\", \"factor\": 2}", "'rope_scaling' has its kind, 'linear', under 'type'")]
    [InlineData("phi3", "partial_rotary_factor", "1", "{\"type\": \"longrope\", \"partial_rotary_factor\": 0.5}", "'partial_rotary_factor' is 1, and 0.5 in the rotary settings")]
    [InlineData("phi3", "rope_theta", "10000", "{\"type\": \"longrope\", \"original_max_position_embeddings\": 8, \"short_factor\": [1, 1, 1], \"long_factor\": [1, 1, 1]}", "'original_max_position_embeddings' is 8 in the rotary settings only")]
    [InlineData("llama", "original_max_position_embeddings", "32", "{\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4, \"original_max_position_embeddings\": 16}", "'original_max_position_embeddings' is 32, and 16 in the rotary settings")]
    [InlineData("llama", "original_max_position_embeddings", "32", "{\"rope_type\": \"yarn\", \"factor\": 8, \"original_max_position_embeddings\": 16}", "'original_max_position_embeddings' is 32, and 16 in the rotary settings")]
    [InlineData("llama", "rope_theta", "10000", "{\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4}", "has no 'original_max_position_embeddings'")]
    [InlineData("llama", "rope_theta", "10000", "{\"rope_type\": \"dynamic\", \"type\": \"linear\", \"factor\": 2}", "'rope_type' is 'dynamic' and 'type' is 'linear'")]
    [InlineData("qwen2", "rope_theta", "10000", "{\"rope_type\": \"default\", \"type\": \"yarn\", \"factor\": 2}", "'rope_type' is 'default' and 'type' is 'yarn'")]
    [InlineData("llama", "rope_theta", "10000", "{\"factor\": 2}", "has 'factor' and no 'rope_type' that says how to scale")]
    [InlineData("gemma3_text", "rope_theta", "10000", "{\"factor\": 8}", "has 'factor' and no 'rope_type' that says how to scale")]
    public void Rotary_settings_that_versions_of_transformers_read_differently_are_refused(string family, string key, string value, string scaling, string words) =>
        Assert.Contains(words, Assert.Throws<UserErrorException>(() => TinyModels.Config(family, (key, JsonNode.Parse(value)), ("rope_scaling", JsonNode.Parse(scaling)))).Message);

    [Theory]
    [InlineData("qwen2", "{\"sliding_window\": 4, \"use_sliding_window\": false, \"layer_types\": [\"full_attention\", \"sliding_attention\", \"full_attention\"]}", 1)]
    [InlineData("qwen3", "{\"sliding_window\": null, \"use_sliding_window\": true, \"layer_types\": [\"sliding_attention\", \"sliding_attention\", \"full_attention\"]}", 0)]
    [InlineData("mistral", "{\"sliding_window\": null, \"layer_types\": [\"full_attention\", \"full_attention\", \"sliding_attention\"]}", 2)]
    [InlineData("gemma2", "{\"sliding_window\": null}", 0)]
    [InlineData("gemma3_text", "{\"sliding_window\": null}", 0)]
    public void Layers_that_slide_need_a_window(string family, string changes, int layer)
    {
        var json = TinyModels.Json(family, TinyModels.Differences(family));
        foreach (var (key, value) in JsonNode.Parse(changes)!.AsObject()) json[key] = value?.DeepClone();
        var message = Assert.Throws<UserErrorException>(() => DecoderConfig.Parse(json, "test config")).Message;
        Assert.Contains($"layer {layer} slides, but no window is given", message);
    }

    [Fact]
    public void Gemma_3_rounds_the_scale_of_embeddings_to_float32_and_gemma_2_to_the_weights_type()
    {
        Assert.Equal((float)Math.Sqrt(24), TinyModels.Config("gemma3_text").EmbeddingScale);
        Assert.Equal(Math.Sqrt(24), TinyModels.Config("gemma2").EmbeddingScale);
    }

    [Fact]
    public void Rotary_settings_by_type_of_layer_are_gemmas_alone()
    {
        var nested = new JsonObject { ["full_attention"] = new JsonObject { ["rope_theta"] = 5e5 } };
        Assert.Contains("'full_attention', which llama does not have", Refusal(("rope_parameters", nested)));
        var config = TinyModels.Config("gemma3_text", ("rope_parameters", nested), ("rope_local_base_freq", 2e4));
        Assert.Equal([2e4, 2e4, 2e4], config.LayerPlans.Select(plan => plan.Rope!.Theta));
        config = TinyModels.Config("gemma3_text", ("rope_parameters", nested), ("sliding_window_pattern", 1));
        Assert.Equal([5e5, 5e5, 5e5], config.LayerPlans.Select(plan => plan.Rope!.Theta));
        var flat = new JsonObject { ["rope_theta"] = 5e5, ["rope_type"] = "default" };
        Assert.Contains("has 'rope_theta'", Assert.Throws<UserErrorException>(() => TinyModels.Config("gemma3_text", ("rope_parameters", flat))).Message);
    }

    [Fact]
    public void Gemma_2_caps_logits_unless_its_file_says_null()
    {
        var raw = (JsonObject)TinyModels.Config("gemma2").Raw.DeepClone();
        Assert.Equal((50, 30), Caps());
        (raw["attn_logit_softcapping"], raw["final_logit_softcapping"]) = (3.5, 4.5);
        Assert.Equal((3.5, 4.5), Caps());
        (raw["attn_logit_softcapping"], raw["final_logit_softcapping"]) = (null, null);
        Assert.Equal((null, null), Caps());

        (double?, double?) Caps() => DecoderConfig.Parse(raw, "config.json") is var config ? (config.AttentionSoftcap, config.LogitsSoftcap) : default;
    }

    [Fact]
    public void The_last_layer_of_an_interval_of_smollm3_has_no_positions()
    {
        static IEnumerable<bool> Turned(int layers, int interval) => TinyModels.Config("smollm3", ("num_hidden_layers", layers), ("no_rope_layer_interval", interval)).LayerPlans.Select(plan => plan.Rope is not null);
        Assert.Equal([true, true, true, false, true, true, true, false], Turned(8, 4));
        Assert.Equal([true, false, true], Turned(3, 2));
    }

    [Fact]
    public void The_original_positions_of_llama3_may_stand_beside_its_settings()
    {
        static RopeSettings Read(string inside, JsonNode? outside) => TinyModels.Config("llama", ("original_max_position_embeddings", outside), ("rope_scaling", JsonNode.Parse($$"""{"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4{{inside}}}"""))).LayerPlans[0].Rope!;
        var inside = Read(", \"original_max_position_embeddings\": 16", null);
        Assert.Equal(16, inside.OriginalMaxPositions);
        Assert.Equal(inside.InverseFrequencies(6), Read("", 16).InverseFrequencies(6));
        Assert.Equal(inside.InverseFrequencies(6), Read(", \"original_max_position_embeddings\": 16", 16).InverseFrequencies(6));
        Assert.NotEqual(inside.InverseFrequencies(6), Read("", 32).InverseFrequencies(6));
    }

    [Fact]
    public void A_kind_of_scaling_may_be_named_twice_and_by_another_word() =>
        Assert.Equal(["longrope", "linear"],
        [
            TinyModels.Config("phi3", ("rope_scaling", JsonNode.Parse("{\"rope_type\": \"longrope\", \"type\": \"su\", \"short_factor\": [1, 1, 1], \"long_factor\": [1, 1, 1]}"))).LayerPlans[0].Rope!.Type,
            TinyModels.Config("llama", ("rope_scaling", JsonNode.Parse("{\"rope_type\": \"linear\", \"type\": \"linear\", \"factor\": 2}"))).LayerPlans[0].Rope!.Type,
        ]);

    [Theory]
    [InlineData("{\"rope_type\": \"default\", \"mrope_section\": [2, 2, 2]}", "'mrope_section' is not known")]
    [InlineData("{\"rope_type\": \"yarn\", \"factor\": -1}", "'factor'")]
    [InlineData("{\"rope_type\": \"default\", \"partial_rotary_factor\": 0.5}", "'partial_rotary_factor'")]
    [InlineData("{\"rope_type\": \"longrope\", \"short_factor\": [1, 1], \"long_factor\": [1, 1, 1]}", "'short_factor'")]
    public void Rotary_settings_that_cannot_be_are_refused_by_name(string settings, string words) =>
        Assert.Contains(words, Refusal(("rope_parameters", JsonNode.Parse(settings))));

    [Theory]
    [InlineData("rope_scaling", "{\"type\": \"linear\", \"type\": \"yarn\"}")]
    [InlineData("rope_parameters", "{\"full_attention\": 1, \"full_attention\": 2}")]
    [InlineData("text_config", "{\"model_type\": \"llama\", \"model_type\": \"gpt2\"}")]
    public void A_key_given_twice_within_a_part_is_refused(string key, string part)
    {
        var json = TinyModels.Json(key == "text_config" ? "llava" : "llama").ToJsonString();
        var message = Assert.Throws<UserErrorException>(() => DecoderConfig.ParseText($"{json[..^1]}, \"{key}\": {part}}}", "test config")).Message;
        Assert.Matches($"^test config, line 1, {key}\\.[a-z_]+: duplicate key", message);
    }

    [Theory]
    [InlineData("mixtral", "num_experts_per_tok", 9, "a token goes through 9 experts")]
    [InlineData("mixtral", "num_local_experts", 4097, "'num_local_experts' is 4097")]
    [InlineData("mixtral", "num_hidden_layers", 9999, "400 experts in each of 9999 layers", 400)]
    [InlineData("qwen3_moe", "num_experts_per_tok", 5, "a token goes through 5 experts")]
    public void Experts_that_cannot_be_are_refused(string family, string key, int value, string words, int experts = 4)
    {
        var message = Assert.Throws<UserErrorException>(() => TinyModels.Config(family, [.. TinyModels.Differences(family), (family == "mixtral" ? "num_local_experts" : "num_experts", experts), (key, value)])).Message;
        Assert.Contains(words, message);
    }

    [Fact]
    public void Yarn_scales_cosines_and_sines()
    {
        static double Factor(string more) => TinyModels.Config("llama", ("rope_scaling", JsonNode.Parse("{\"rope_type\": \"yarn\", \"factor\": 8, \"original_max_position_embeddings\": 16" + more + "}"))).LayerPlans[0].Rope!.AttentionFactor;
        Assert.Equal((0.1 * Math.Log(8)) + 1, Factor(""), 1e-15);
        Assert.Equal(((0.1 * 2 * Math.Log(8)) + 1) / ((0.1 * 0.5 * Math.Log(8)) + 1), Factor(", \"mscale\": 2, \"mscale_all_dim\": 0.5"), 1e-15);
        Assert.Equal(0.7, Factor(", \"attention_factor\": 0.7"));
    }

    [Fact]
    public void A_window_that_mistral_leaves_out_is_4096_and_null_is_none()
    {
        Assert.All(TinyModels.Config("mistral").LayerPlans, plan => Assert.Equal(4096, plan.Window));
        var json = TinyModels.Json("mistral");
        json["sliding_window"] = null;
        Assert.All(DecoderConfig.Parse(json, "test config").LayerPlans, plan => Assert.Null(plan.Window));
    }

    [Fact]
    public void A_sequence_beyond_learned_positions_or_where_dynamic_scaling_begins_is_refused()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach (var (family, changes) in new (string, (string, JsonNode?)[])[] { ("gpt2", [("max_position_embeddings", 8)]), ("llama", [("max_position_embeddings", 8), ("rope_scaling", new JsonObject { ["type"] = "dynamic", ["factor"] = 2.0 })]) })
        {
            using var decoder = TinyModels.Decoder(family, ScalarType.Float32, changes);
            decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids([1, 2, 3, 4, 5, 6, 7, 8]) });
            Assert.Contains("9 tokens; the model has 8 positions", Assert.Throws<UserErrorException>(() => decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids([1, 2, 3, 4, 5, 6, 7, 8, 9]) })).Message);
            Assert.Contains("9 tokens", Assert.Throws<UserErrorException>(() => decoder.CompletionHidden(CompletionInput.Of([([1, 2, 3, 4], [5, 6, 7, 8, 9])]))).Message);
        }
    }

    [Fact]
    public void Long_sequences_turn_by_other_angles_each_row_by_its_own_length()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var scaling = new JsonObject { ["type"] = "longrope", ["short_factor"] = new JsonArray(1.0, 1.1, 1.2), ["long_factor"] = new JsonArray(2.0, 3.0, 4.0) };
        using var decoder = TinyModels.Decoder("phi3", ScalarType.Float64, ("original_max_position_embeddings", 8), ("rope_scaling", scaling));
        int[] longer = [1, 17, 4, 33, 9, 21, 5, 38, 12, 30], shorter = [1, 25, 11, 7];
        double[] Alone(int[] ids) => Numbers.Of(decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(ids) })[0]);
        int[] padding = [0, 0, 0, 0, 0, 0];
        var both = new DecoderInput { IdsBT = Numbers.Ids(longer, [.. padding, .. shorter]), KeepMaskBT = Numbers.Mask([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [.. padding, 1, 1, 1, 1]) };
        var together = decoder.Hidden(both);
        Numbers.Close(Alone(longer), Numbers.Of(together[0]), 1e-12, "the long row");
        Numbers.Close(Alone(shorter), Numbers.Of(together[1].narrow(0, 6, 4)), 1e-12, "the short row");
        Assert.NotEqual(Alone(longer)[24..48], Alone(longer[..8])[24..48]); // the second token's state; position 0 turns by nothing

        using var cache = decoder.CreateCache(2, 12);
        decoder.Hidden(both with { IdsBT = both.IdsBT.narrow(1, 0, 7), KeepMaskBT = both.KeepMaskBT!.narrow(1, 0, 7) }, cache);
        for (var t = 7; t < 10; t++)
        {
            var step = decoder.Hidden(both with { IdsBT = both.IdsBT.narrow(1, t, 1), KeepMaskBT = both.KeepMaskBT.narrow(1, 0, t + 1) }, cache);
            Numbers.Close(Alone(longer[..(t + 1)])[^24..], Numbers.Of(step[0, 0]), 1e-12, "a step of the long row");
            Numbers.Close(Alone(shorter[..(t - 5)])[^24..], Numbers.Of(step[1, 0]), 1e-12, "a step of the short row");
        }

        var input = CompletionInput.Of([(shorter, [3, 4, 5]), (shorter, [6, 7, 8, 9, 10, 11, 12])]);
        var hidden = Numbers.Of(decoder.CompletionHidden(input));
        Numbers.Close(Alone([.. shorter, 3, 4, 5])[(3 * 24)..(6 * 24)], hidden.AsSpan(0, 3 * 24), 1e-12, "a completion that stays short");
        Numbers.Close(Alone([.. shorter, 6, 7, 8, 9, 10, 11, 12])[(3 * 24)..(10 * 24)], hidden.AsSpan(3 * 24), 1e-12, "a completion that makes it long");
    }

    private static string Refusal(params (string Key, JsonNode? Value)[] changes) =>
        Assert.Throws<UserErrorException>(() => TinyModels.Config("llama", changes)).Message;
}
