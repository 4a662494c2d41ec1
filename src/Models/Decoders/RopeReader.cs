namespace SafetyGate.Models.Decoders;

/// <summary>
/// Reads rotary settings: transformers 5 writes <c>rope_parameters</c>, transformers 4 <c>rope_theta</c> and <c>rope_scaling</c>.
/// </summary>
internal static class RopeReader
{
    /// <summary>The settings of every layer.</summary>
    public static RopeSettings Read(ConfigReader config, double defaultTheta)
    {
        RequireWholeHeads(config);
        if (config.Child("rope_parameters") is { } parameters)
            return ReadOne(parameters, parameters.Positive("rope_theta", config.Positive("rope_theta", defaultTheta)));
        var theta = config.Positive("rope_theta", defaultTheta);
        return config.Child("rope_scaling") is { } scaling ? ReadOne(scaling, theta) : new RopeSettings { Theta = theta };
    }

    /// <summary>The settings of layers of one type, where <c>rope_parameters</c> has an entry for each (Gemma 3).</summary>
    public static RopeSettings? ReadForLayerType(ConfigReader config, string layerType, double defaultTheta) =>
        config.Child("rope_parameters")?.Child(layerType) is { } entry ? ReadOne(entry, entry.Positive("rope_theta", defaultTheta)) : null;

    private static RopeSettings ReadOne(ConfigReader rope, double theta)
    {
        RequireWholeHeads(rope);
        var type = rope.Text("rope_type") ?? rope.Text("type") ?? "default"; // old files spell it `type`
        if (!RopeSettings.KnownTypes.Contains(type, StringComparer.Ordinal))
            throw rope.Refused($"rotary scaling of type '{type}' is not supported; supported are {string.Join(", ", RopeSettings.KnownTypes)}.");
        var settings = new RopeSettings { Theta = theta, Type = type };
        if (type == "default") return settings;
        settings = settings with { Factor = rope.Positive("factor") };
        if (type != "llama3") return settings;
        settings = settings with
        {
            LowFrequencyFactor = rope.Positive("low_freq_factor"),
            HighFrequencyFactor = rope.Positive("high_freq_factor"),
            OriginalMaxPositions = rope.Int("original_max_position_embeddings"),
        };
        return settings.HighFrequencyFactor > settings.LowFrequencyFactor
            ? settings
            : throw rope.Refused(Invariant($"high_freq_factor is {settings.HighFrequencyFactor} and low_freq_factor {settings.LowFrequencyFactor}; the high one must be larger."));
    }

    private static void RequireWholeHeads(ConfigReader config)
    {
        if (config.Positive("partial_rotary_factor", 1) != 1)
            throw config.Wrong("partial_rotary_factor", "1: heads that are rotated in part are not supported");
    }
}
