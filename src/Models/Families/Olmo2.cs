namespace SafetyGate.Models.Families;

/// <summary>OLMo 2 (arXiv:2501.00656): norms after the blocks only, and on queries and keys over all heads together.</summary>
internal static class Olmo2
{
    public static Family Family { get; } = new("olmo2", "Olmo2ForCausalLM", "Olmo2ForSequenceClassification", Read) { EosId = 50_279, PadId = 1 };

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { RmsNormEpsilon = 1e-5 });
        config = CommonReading.Activated(reader, config);
        var biased = reader.Bool("attention_bias", false);
        return config with
        {
            QueryKeyValueBias = biased,
            OutputBias = biased,
            QueryKeyNorms = QueryKeyNormKind.WholeProjection,
            LayerPlans = CommonReading.Plans(reader, RopeReader.Read(reader, config, new(10_000)), _ => null),
            Names = new()
            {
                BeforeAttention = null,
                AfterAttention = "post_attention_layernorm",
                BeforeMlp = null,
                AfterMlp = "post_feedforward_layernorm",
            },
        };
    }
}
