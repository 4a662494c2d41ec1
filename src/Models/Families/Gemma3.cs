namespace SafetyGate.Models.Families;

/// <summary>
/// Gemma 3's text model (arXiv:2503.19786): Gemma 2 with norms on queries and keys in place of caps, five sliding layers to each global one,
/// and a rotation for each kind of layer.
/// </summary>
internal static class Gemma3
{
    public static Family Family { get; } = new("gemma3_text", "Gemma3ForCausalLM", "Gemma3TextForSequenceClassification", Read) { TiesByDefault = true, EosId = 1, PadId = 0, Sizes = Families.Family.SizesOf(262_208, 2304, 9216, 26, 8) };

    private const string OldPattern = "_sliding_window_pattern";

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { KeyValueHeads = 4, HeadDim = 256, MaxPositions = 131_072 });
        var window = CommonReading.Window(reader, 4096);
        var pattern = reader.Int("sliding_window_pattern", 6);
        if (!reader.Has("layer_types") && reader.Has(OldPattern) && reader.Int(OldPattern) != pattern)
            throw reader.Wrong(OldPattern, Invariant($"{pattern} or absent where there is no 'layer_types': transformers does not read it; say it in 'sliding_window_pattern'"));
        var sliding = CommonReading.SlidingLayers(reader, layer => (layer + 1) % pattern != 0);
        CommonReading.RequireWindow(reader, window, sliding);
        var (global, local) = RopeReader.ReadByLayerType(reader, config, 1_000_000, 10_000);
        return Gemma2.WithGemmasBlocks(reader, config) with
        {
            EmbeddingScale = (float)Math.Sqrt(config.HiddenSize), // a float32 tensor in transformers, even where all else is float64
            QueryKeyNorms = QueryKeyNormKind.PerHead,
            LogitsSoftcap = Gemma2.Cap(reader, "final_logit_softcapping", null),
            LayerPlans = [.. Enumerable.Range(0, CommonReading.Layers(reader)).Select(layer => sliding(layer) ? new LayerPlan(window, local) : new LayerPlan(null, global))],
        };
    }
}
