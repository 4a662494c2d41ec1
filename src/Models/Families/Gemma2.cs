namespace SafetyGate.Models.Families;

/// <summary>
/// Gemma 2 (arXiv:2408.00118): norms before and after each block whose files hold w of (1 + w), scaled embeddings, every other layer with a
/// sliding window, soft caps on the scores of the attention and on the logits.
/// </summary>
internal static class Gemma2
{
    public static Family Family { get; } = new("gemma2", "Gemma2ForCausalLM", "Gemma2ForSequenceClassification", Read) { TiesByDefault = true, EosId = 1, PadId = 0, Sizes = Families.Family.SizesOf(256_000, 2304, 9216, 26, 8) };

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { KeyValueHeads = 4, HeadDim = 256, MaxPositions = 8192 });
        var window = CommonReading.Window(reader, 4096);
        var sliding = CommonReading.SlidingLayers(reader, layer => layer % 2 == 0);
        CommonReading.RequireWindow(reader, window, sliding);
        return WithGemmasBlocks(reader, config) with
        {
            AttentionSoftcap = Cap(reader, "attn_logit_softcapping", 50),
            LogitsSoftcap = Cap(reader, "final_logit_softcapping", 30),
            LayerPlans = CommonReading.Plans(reader, RopeReader.Read(reader, config, new(10_000)), layer => sliding(layer) ? window : null),
        };
    }

    /// <summary>What Gemma 2 and 3 share.</summary>
    public static DecoderConfig WithGemmasBlocks(ConfigReader reader, DecoderConfig config)
    {
        if (reader.Text("hidden_activation") is { } activation and not "gelu_pytorch_tanh")
            throw reader.Wrong("hidden_activation", "'gelu_pytorch_tanh'");
        if (reader.Bool("use_bidirectional_attention", false))
            throw reader.Wrong("use_bidirectional_attention", "false: a decoder looks back only");
        var biased = reader.Bool("attention_bias", false);
        return config with
        {
            AttentionScale = 1 / Math.Sqrt(reader.Positive("query_pre_attn_scalar", 256)),
            QueryKeyValueBias = biased,
            OutputBias = biased,
            NormWeightOffset = 1,
            EmbeddingScale = Math.Sqrt(config.HiddenSize),
            RoundsEmbeddingScale = true,
            Activation = GateActivation.GeluTanh,
            Names = new()
            {
                AfterAttention = "post_attention_layernorm",
                BeforeMlp = "pre_feedforward_layernorm",
                AfterMlp = "post_feedforward_layernorm",
            },
        };
    }

    /// <summary>A soft cap: absent is the family's default, null is none.</summary>
    public static double? Cap(ConfigReader reader, string key, double? fallback) =>
        reader.Has(key) ? reader.Positive(key) : reader.IsNull(key) ? null : fallback;
}
