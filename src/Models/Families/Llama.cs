namespace SafetyGate.Models.Families;

/// <summary>Llama 2 and 3 (arXiv:2307.09288, arXiv:2407.21783), and whatever else is saved as <c>LlamaForCausalLM</c>.</summary>
internal static class Llama
{
    public static Family Family { get; } = new("llama", "LlamaForCausalLM", "LlamaForSequenceClassification", Read) { EosId = 2, Sizes = Families.Family.SizesOf(32_000, 4096, 11_008, 32, 32) };

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
            LayerPlans = CommonReading.Plans(reader, RopeReader.Read(reader, config, new(10_000)), _ => null),
        };
    }
}
