namespace SafetyGate.Models.Families;

/// <summary>Qwen3-MoE (arXiv:2505.09388): Qwen3 with experts in some layers or all.</summary>
internal static class Qwen3Moe
{
    public static Family Family { get; } = new("qwen3_moe", "Qwen3MoeForCausalLM", "Qwen3MoeForSequenceClassification", Read);

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { KeyValueHeads = 4, MaxPositions = 32_768 });
        config = CommonReading.Activated(reader, config);
        var biased = reader.Bool("attention_bias", false);
        var window = CommonReading.Window(reader, 4096);
        if (!reader.Bool("use_sliding_window", false)) window = null; // when on, every layer uses it
        var rope = RopeReader.Read(reader, config, new(10_000));
        return config with
        {
            QueryKeyValueBias = biased,
            OutputBias = biased,
            QueryKeyNorms = QueryKeyNormKind.PerHead,
            LayerPlans = [.. Experts(reader).Select(experts => new LayerPlan(window, rope) { Experts = experts })],
        };
    }

    // Every `decoder_sparse_step`-th layer has experts, but for those that `mlp_only_layers` lists.
    private static IEnumerable<ExpertSettings?> Experts(ConfigReader reader)
    {
        var count = reader.Int("num_experts", reader.Int("num_local_experts", 128, minimum: 0), minimum: 0, maximum: ExpertReading.MostExperts);
        var step = reader.Int("decoder_sparse_step", 1);
        var dense = reader.Ids("mlp_only_layers");
        var experts = count == 0 ? null : ExpertReading.Read(reader, count, reader.Int("num_experts_per_tok", 8), reader.Int("moe_intermediate_size", 768), reader.Bool("norm_topk_prob", false));
        return Enumerable.Range(0, CommonReading.Layers(reader)).Select(layer => (layer + 1) % step == 0 && !dense.Contains(layer) ? experts : null);
    }
}
