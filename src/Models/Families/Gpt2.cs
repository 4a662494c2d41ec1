namespace SafetyGate.Models.Families;

/// <summary>
/// GPT-2: learned positions, layer norms, one matrix for queries, keys and values, a feed-forward block without a gate, and matrices stored
/// with their inputs first. Saved with the prefix <c>transformer.</c> or, by older versions, without.
/// </summary>
internal static class Gpt2
{
    public static Family Family { get; } = new("gpt2", "GPT2LMHeadModel", "GPT2ForSequenceClassification", Read) { TiesByDefault = true, EosId = 50_256 };

    private static DecoderConfig Read(ConfigReader reader)
    {
        int Size(string key, string alias, int maximum = int.MaxValue) => reader.Int(reader.Has(key) || !reader.Has(alias) ? key : alias, maximum: maximum);
        var hidden = Size("n_embd", "hidden_size", 1 << 24);
        var heads = Size("n_head", "num_attention_heads");
        if (hidden % heads != 0)
            throw reader.Refused(Invariant($"n_embd is {hidden} and n_head {heads}; the second must divide the first."));
        var layers = Size("n_layer", "num_hidden_layers", 10_000);
        return CommonReading.Sized(reader, Family) with
        {
            HiddenSize = hidden,
            IntermediateSize = reader.Int("n_inner", 4 * hidden),
            Heads = heads,
            KeyValueHeads = heads,
            HeadDim = hidden / heads,
            RmsNormEpsilon = reader.Positive("layer_norm_epsilon", 1e-5),
            MaxPositions = reader.Int("n_positions", reader.Int("max_position_embeddings", 1024)),
            AttentionScale = 1 / Math.Sqrt(hidden / heads),
            QueryKeyValueBias = true,
            OutputBias = true,
            MlpBias = true,
            Norm = NormKind.Layer,
            Activation = CommonReading.Activation(reader, "activation_function", GateActivation.GeluTanh),
            LayerPlans = [.. Enumerable.Repeat(new LayerPlan(null, null), layers)],
            Names = new()
            {
                Embedding = "transformer.wte",
                Positions = "transformer.wpe",
                Layers = "transformer.h",
                FinalNorm = "transformer.ln_f",
                StackedQueryKeyValue = "attn.c_attn",
                Output = "attn.c_proj",
                Gate = null,
                Up = "mlp.c_fc",
                Down = "mlp.c_proj",
                BeforeAttention = "ln_1",
                BeforeMlp = "ln_2",
                InputsFirst = true,
            },
        };
    }
}
