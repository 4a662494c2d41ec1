namespace SafetyGate.Models.Families;

/// <summary>Mistral 7B (arXiv:2310.06825) and Ministral: Llama with a sliding window, in every layer or where <c>layer_types</c> says.</summary>
internal static class Mistral
{
    public static Family Family { get; } = new("mistral", "MistralForCausalLM", "MistralForSequenceClassification", Read) { EosId = 2, Sizes = Families.Family.SizesOf(32_000, 4096, 14_336, 32, 32) };

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { KeyValueHeads = 8, MaxPositions = 131_072 });
        config = CommonReading.Activated(reader, config);
        var window = CommonReading.Window(reader, 4096);
        var sliding = CommonReading.SlidingLayers(reader, _ => window is not null);
        CommonReading.RequireWindow(reader, window, sliding);
        return config with
        {
            LayerPlans = CommonReading.Plans(reader, RopeReader.Read(reader, config, new(10_000)), layer => sliding(layer) ? window : null),
        };
    }
}
