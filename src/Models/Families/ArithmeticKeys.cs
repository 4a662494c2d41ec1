using System.Text.Json.Nodes;

namespace SafetyGate.Models.Families;

/// <summary>
/// Keys of configurations that change what a model computes, each with the values that change nothing. A family that computes one reads it;
/// with another value in a file of a family that does not read it, that model is refused.
/// </summary>
internal static class ArithmeticKeys
{
    private static readonly Dictionary<string, object[]> Neutral = new(StringComparer.Ordinal)
    {
        // soft caps, clipping, multipliers
        ["attn_logit_softcapping"] = [], ["final_logit_softcapping"] = [], ["logit_softcapping"] = [], ["clip_qkv"] = [], ["swiglu_limit"] = [],
        ["logit_scale"] = [1.0], ["logits_scaling"] = [1.0], ["embedding_multiplier"] = [1.0], ["residual_multiplier"] = [1.0], ["attention_multiplier"] = [],
        ["attn_scale"] = [1.0], ["embedding_scale"] = [1.0], ["scale_embedding"] = [false], ["scale_embeddings"] = [false], ["scale_emb"] = [1.0], ["scale_depth"] = [],
        ["query_pre_attn_scalar"] = [], ["routed_scaling_factor"] = [1.0], ["moe_routed_scaling_factor"] = [1.0], ["mup_width_scale"] = [1.0],
        ["final_logits_softcapping"] = [], ["attn_logits_soft_cap"] = [], ["output_multiplier_scale"] = [1.0], ["embedding_multiplier_scale"] = [1.0],
        ["lm_head_multiplier"] = [1.0], ["key_multiplier"] = [1.0], ["attention_in_multiplier"] = [1.0], ["attention_out_multiplier"] = [1.0],
        ["mup_embedding_multiplier"] = [1.0], ["mup_attn_multiplier"] = [1.0], ["mup_use_scaling"] = [false], ["attn_output_gate"] = [false],
        // biases and norms
        ["attention_bias"] = [false], ["qkv_bias"] = [false], ["use_qkv_bias"] = [false], ["mlp_bias"] = [false], ["lm_head_bias"] = [false], ["use_bias"] = [false],
        ["attention_out_bias"] = [false], ["use_qk_norm"] = [false], ["qk_norm"] = [false], ["qk_layernorm"] = [false], ["query_key_norm"] = [false],
        ["use_parallel_residual"] = [false], ["parallel_attn"] = [false], ["parallel_residual"] = [false], ["sandwich_norm"] = [false],
        ["post_norm"] = [false], ["use_post_norm"] = [false], ["apply_residual_connection_post_layernorm"] = [false], ["do_layer_norm_before"] = [true],
        // positions
        ["alibi"] = [false], ["use_alibi"] = [false], ["no_rope_layers"] = [], ["no_rope_layer_interval"] = [0.0], ["nope_layer_interval"] = [0.0],
        ["rope_interleave"] = [false], ["rope_interleaved"] = [false], ["rotary_pct"] = [1.0], ["rotary_dim"] = [], ["use_mrope"] = [false], ["use_rope"] = [true],
        ["rope_ratio"] = [1.0], ["rotary_percent"] = [1.0], ["rope_percent"] = [1.0], ["rotary_emb_fraction"] = [1.0],
        ["rope_local_base_freq"] = [], ["use_dynamic_ntk"] = [false], ["use_logn_attn"] = [false],
        // what a token attends to
        ["sliding_window"] = [], ["sliding_window_pattern"] = [], ["attention_chunk_size"] = [], ["attn_temperature_tuning"] = [false, 0.0],
        ["use_bidirectional_attention"] = [false], ["is_causal"] = [true], ["is_encoder_decoder"] = [false], ["add_cross_attention"] = [false],
        ["attention_sink"] = [false], ["add_swa_attention_sink_bias"] = [false], ["pruned_heads"] = [],
        ["scale_attn_weights"] = [true], ["scale_attn_by_inverse_layer_idx"] = [false],
        ["q_lora_rank"] = [], ["kv_lora_rank"] = [], ["num_kv_shared_layers"] = [0.0], ["kv_channels_shared"] = [],
        // blocks of another kind
        ["num_experts"] = [0.0, 1.0], ["num_local_experts"] = [0.0, 1.0], ["n_routed_experts"] = [0.0], ["n_shared_experts"] = [0.0],
        ["shared_expert_intermediate_size"] = [0.0], ["first_k_dense_replace"] = [0.0], ["scoring_func"] = ["softmax"], ["mlp_layer_types"] = [],
        ["altup_num_inputs"] = [], ["laurel_rank"] = [], ["hidden_size_per_layer_input"] = [0.0], ["activation_sparsity_pattern"] = [], ["per_layer_config"] = [],
        ["layer_pattern"] = [], ["hybrid_override_pattern"] = [], ["block_types"] = [],
    };

    /// <summary>Refuses a file with a key that its family does not compute.</summary>
    public static void RequireNeutral(ConfigReader reader, Family family)
    {
        RequireFullAttention(reader, family);
        if (!reader.WasRead("use_sliding_window") && reader.Has("use_sliding_window") && !reader.Bool("use_sliding_window", true)) reader.Has("sliding_window"); // switched off
        foreach (var (key, neutral) in Neutral)
        {
            if (reader.WasRead(key) || !reader.Has(key) || IsNeutral(reader.Json[key]!, neutral)) continue;
            var allowed = neutral.Length == 0 ? "null" : string.Join(" or ", neutral.Select(value => value is bool flag ? flag ? "true" : "false" : Invariant($"{value}")));
            throw reader.Refused($"'{key}' is {ConfigReader.Shown(reader.Json[key])}; it changes what a model computes and is not supported for {family.ModelType}, where it must be {allowed} or absent.");
        }
    }

    private static void RequireFullAttention(ConfigReader reader, Family family)
    {
        if (reader.WasRead("layer_types") || reader.Texts("layer_types") is not { } types) return;
        if (types.FirstOrDefault(type => type != "full_attention") is { } other)
            throw reader.Refused($"'layer_types' has '{other}'; {family.ModelType} has layers of 'full_attention' only.");
    }

    private static bool IsNeutral(JsonNode value, object[] neutral) =>
        value.ToJsonString() is "{}" or "[]" || neutral.Any(one => value is JsonValue plain && one switch
        {
            bool flag => plain.TryGetValue<bool>(out var read) && read == flag,
            double number => plain.TryGetValue<double>(out var read) && read == number,
            _ => plain.TryGetValue<string>(out var read) && read == (string)one,
        });
}
