namespace SafetyGate.Models.Families;

/// <summary>SmolLM3: Llama with layers, every fourth unless the file lists others, that see no positions (NoPE).</summary>
internal static class SmolLm3
{
    public static Family Family { get; } = new("smollm3", "SmolLM3ForCausalLM", "SmolLM3ForSequenceClassification", Read) { TiesByDefault = true, EosId = 128_001, PadId = 128_004 };

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { KeyValueHeads = 4, MaxPositions = 32_768 });
        config = CommonReading.Activated(reader, config);
        var biased = reader.Bool("attention_bias", false);
        var window = CommonReading.Window(reader, null);
        var turned = TurnedLayers(reader);
        var slidesWithoutPositions = reader.Bool("use_sliding_window", false) && window is not null;
        var sliding = CommonReading.SlidingLayers(reader, layer => slidesWithoutPositions && !turned[layer]);
        CommonReading.RequireWindow(reader, window, sliding);
        var rope = RopeReader.Read(reader, config, new(2_000_000));
        return config with
        {
            QueryKeyValueBias = biased,
            OutputBias = biased,
            MlpBias = reader.Bool("mlp_bias", false),
            LayerPlans = [.. turned.Select((isTurned, layer) => new LayerPlan(sliding(layer) ? window : null, isTurned ? rope : null))],
        };
    }

    // 1 for a layer whose queries and keys are turned, 0 for one without positions.
    private static IReadOnlyList<bool> TurnedLayers(ConfigReader reader)
    {
        var layers = CommonReading.Layers(reader);
        var interval = reader.Int("no_rope_layer_interval", 4);
        if (!reader.Has("no_rope_layers")) return [.. Enumerable.Range(0, layers).Select(layer => (layer + 1) % interval != 0)];
        var flags = reader.Ids("no_rope_layers");
        return flags.Count >= layers && flags.All(flag => flag is 0 or 1)
            ? [.. flags.Take(layers).Select(flag => flag == 1)]
            : throw reader.Wrong("no_rope_layers", "0 or 1 for each of the num_hidden_layers layers");
    }
}
