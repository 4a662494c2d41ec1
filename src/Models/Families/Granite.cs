namespace SafetyGate.Models.Families;

/// <summary>Granite 3: Llama with multipliers on embeddings, attention scores and what the blocks add, and divided logits.</summary>
internal static class Granite
{
    public static Family Family { get; } = new("granite", "GraniteForCausalLM", "GraniteForSequenceClassification", Read) { EosId = 2 };

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new());
        config = CommonReading.Activated(reader, config);
        var biased = reader.Bool("attention_bias", false);
        return config with
        {
            QueryKeyValueBias = biased,
            OutputBias = biased,
            MlpBias = reader.Bool("mlp_bias", false),
            EmbeddingScale = reader.Positive("embedding_multiplier", 1),
            AttentionScale = reader.Positive("attention_multiplier", 1),
            ResidualScale = reader.Positive("residual_multiplier", 1),
            LogitsDivisor = reader.Positive("logits_scaling", 1),
            LayerPlans = CommonReading.Plans(reader, RopeReader.Read(reader, config, new(10_000)), _ => null),
        };
    }
}
