namespace SafetyGate.Models.Families;

/// <summary>Qwen3 (arXiv:2505.09388): norms on queries and keys, each head on its own, and heads whose size the file gives.</summary>
internal static class Qwen3
{
    public static Family Family { get; } = new("qwen3", "Qwen3ForCausalLM", "Qwen3ForSequenceClassification", Read);

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { KeyValueHeads = 32, HeadDim = 128, MaxPositions = 32_768 });
        config = CommonReading.Activated(reader, config);
        var biased = reader.Bool("attention_bias", false);
        return config with
        {
            QueryKeyValueBias = biased,
            OutputBias = biased,
            QueryKeyNorms = QueryKeyNormKind.PerHead,
            LayerPlans = Qwen2.Plans(reader, config),
        };
    }
}
