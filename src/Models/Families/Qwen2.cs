namespace SafetyGate.Models.Families;

/// <summary>Qwen2 and Qwen2.5 (arXiv:2407.10671): Llama with biases on queries, keys and values.</summary>
internal static class Qwen2
{
    public static Family Family { get; } = new("qwen2", "Qwen2ForCausalLM", "Qwen2ForSequenceClassification", Read);

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { KeyValueHeads = 32, MaxPositions = 32_768 });
        config = CommonReading.Activated(reader, config);
        _ = reader.Bool("attention_bias", true); // of the queries, keys and values, which have them whatever it says
        return config with { QueryKeyValueBias = true, LayerPlans = Plans(reader, config) };
    }

    /// <summary>
    /// Older files carry a window that <c>use_sliding_window</c> switches off; when on, only layers from <c>max_window_layers</c> use it.
    /// </summary>
    public static IReadOnlyList<LayerPlan> Plans(ConfigReader reader, DecoderConfig config)
    {
        var window = CommonReading.Window(reader, 4096);
        if (!reader.Bool("use_sliding_window", false)) window = null;
        var first = reader.Int("max_window_layers", 28, minimum: 0);
        var sliding = CommonReading.SlidingLayers(reader, layer => layer >= first && window is not null);
        CommonReading.RequireWindow(reader, window, sliding);
        return CommonReading.Plans(reader, RopeReader.Read(reader, config, new(10_000)), layer => sliding(layer) ? window : null);
    }
}
