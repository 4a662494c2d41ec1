using System.Text.Json.Nodes;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// The supported families, with the additions of each to the common reading of <c>config.json</c>. A new family is a row here.
/// </summary>
internal static class DecoderFamilies
{
    private sealed record Family(string Architecture, Func<ConfigReader, DecoderConfig, DecoderConfig> Complete);

    private static readonly SortedDictionary<string, Family> ByModelType = new(StringComparer.Ordinal)
    {
        ["gemma3_text"] = new("Gemma3ForCausalLM", Gemma3),
        ["llama"] = new("LlamaForCausalLM", Llama),
        ["mistral"] = new("MistralForCausalLM", Mistral),
        ["qwen2"] = new("Qwen2ForCausalLM", Qwen2),
        ["qwen3"] = new("Qwen3ForCausalLM", Qwen3),
    };

    /// <summary>Architectures by their transformers class, for messages.</summary>
    public static IEnumerable<string> Architectures => ByModelType.Values.Select(family => family.Architecture);

    public static DecoderConfig Parse(JsonObject raw, string source)
    {
        var reader = new ConfigReader(raw, source);
        var family = Find(reader);
        return family.Complete(reader, Common(reader));
    }

    private static Family Find(ConfigReader reader)
    {
        var modelType = reader.Text("model_type");
        var architecture = reader.Texts("architectures")?.FirstOrDefault();
        Family? family = null;
        if (modelType is not null) ByModelType.TryGetValue(modelType, out family);
        family ??= modelType is null ? ByModelType.Values.FirstOrDefault(known => known.Architecture == architecture) : null;
        if (family is null || (architecture is not null && architecture != family.Architecture))
            throw reader.Refused($"architecture '{architecture ?? modelType ?? "(none)"}' (model_type '{modelType ?? "(none)"}') is not supported; supported are {string.Join(", ", Architectures)}.");
        return family;
    }

    private static DecoderConfig Common(ConfigReader reader)
    {
        var hidden = reader.Int("hidden_size");
        var heads = reader.Int("num_attention_heads");
        var keyValueHeads = reader.Int("num_key_value_heads", heads);
        if (heads % keyValueHeads != 0)
            throw reader.Refused(Invariant($"num_attention_heads is {heads} and num_key_value_heads {keyValueHeads}; the second must divide the first."));
        if (!reader.Has("head_dim") && hidden % heads != 0)
            throw reader.Refused(Invariant($"hidden_size is {hidden} and num_attention_heads {heads}; without 'head_dim' the second must divide the first."));
        var headDim = reader.Int("head_dim", hidden / heads);
        if (headDim % 2 != 0)
            throw reader.Wrong(reader.Has("head_dim") ? "head_dim" : "hidden_size",
                "such that a head has an even number of features, because rotary positions turn them in pairs");
        var vocabulary = reader.Int("vocab_size");
        return new DecoderConfig
        {
            ModelType = reader.Text("model_type") ?? "llama",
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = reader.Int("intermediate_size"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            RmsNormEpsilon = reader.Positive("rms_norm_eps", 1e-6),
            MaxPositions = reader.Int("max_position_embeddings", 2048),
            LayerPlans = [],
            TieWordEmbeddings = reader.Bool("tie_word_embeddings", false),
            AttentionScale = 1 / Math.Sqrt(headDim),
            InitializerRange = reader.Positive("initializer_range", 0.02),
            BosId = Inside(reader, "bos_token_id", vocabulary).Cast<int?>().FirstOrDefault(),
            EosIds = Inside(reader, "eos_token_id", vocabulary),
            PadId = PadId(reader, vocabulary),
            StoredDtype = reader.Text("dtype") ?? reader.Text("torch_dtype"),
            Raw = reader.Json,
        };
    }

    private static IReadOnlyList<int> Inside(ConfigReader reader, string key, int vocabulary)
    {
        var ids = reader.Ids(key);
        return ids.All(id => id < vocabulary) ? ids : throw reader.Wrong(key, Invariant($"below the vocabulary's size of {vocabulary}"));
    }

    // Some files write -1 for "no padding token".
    private static int? PadId(ConfigReader reader, int vocabulary) =>
        reader.Json["pad_token_id"] is JsonValue value && value.TryGetValue<int>(out var id) && id == -1
            ? null
            : Inside(reader, "pad_token_id", vocabulary).Cast<int?>().FirstOrDefault();

    private static DecoderConfig Llama(ConfigReader reader, DecoderConfig config)
    {
        RequireSilu(reader, "hidden_act");
        var biased = reader.Bool("attention_bias", false);
        return config with
        {
            QueryKeyValueBias = biased,
            OutputBias = biased,
            MlpBias = reader.Bool("mlp_bias", false),
            LayerPlans = Uniform(reader, RopeReader.Read(reader, 10_000), _ => null),
        };
    }

    private static DecoderConfig Mistral(ConfigReader reader, DecoderConfig config)
    {
        RequireSilu(reader, "hidden_act");
        var window = reader.OptionalInt("sliding_window", minimum: 1);
        var sliding = LayerTypes(reader, _ => true);
        return config with { LayerPlans = Uniform(reader, RopeReader.Read(reader, 10_000), layer => sliding(layer) ? window : null) };
    }

    private static DecoderConfig Qwen2(ConfigReader reader, DecoderConfig config)
    {
        RequireSilu(reader, "hidden_act");
        return config with { QueryKeyValueBias = true, LayerPlans = QwenPlans(reader) };
    }

    private static DecoderConfig Qwen3(ConfigReader reader, DecoderConfig config)
    {
        RequireSilu(reader, "hidden_act");
        var biased = reader.Bool("attention_bias", false);
        var headDim = reader.Int("head_dim", 128); // transformers' default for this family, not hidden size over heads
        return config with
        {
            HeadDim = headDim,
            AttentionScale = 1 / Math.Sqrt(headDim),
            QueryKeyValueBias = biased,
            OutputBias = biased,
            QueryKeyNorms = true,
            LayerPlans = QwenPlans(reader),
        };
    }

    // Older files carry a window that use_sliding_window switches off; when on, only layers from max_window_layers use it.
    private static IReadOnlyList<LayerPlan> QwenPlans(ConfigReader reader)
    {
        var window = reader.Bool("use_sliding_window", false) ? reader.OptionalInt("sliding_window", minimum: 1) : null;
        var first = reader.Int("max_window_layers", 28, minimum: 0);
        var sliding = LayerTypes(reader, layer => layer >= first);
        return Uniform(reader, RopeReader.Read(reader, 10_000), layer => window is not null && sliding(layer) ? window : null);
    }

    private static DecoderConfig Gemma3(ConfigReader reader, DecoderConfig config)
    {
        if (reader.Text("hidden_activation") is { } activation && activation != "gelu_pytorch_tanh")
            throw reader.Wrong("hidden_activation", "'gelu_pytorch_tanh'");
        foreach (var cap in (string[])["attn_logit_softcapping", "final_logit_softcapping"])
            if (reader.Has(cap)) throw reader.Refused($"'{cap}' is set; capped logits are not supported, it must be null.");
        if (reader.Bool("use_bidirectional_attention", false))
            throw reader.Wrong("use_bidirectional_attention", "false: a decoder looks back only");
        var headDim = reader.Int("head_dim", 256);
        var biased = reader.Bool("attention_bias", false);
        var window = reader.Int("sliding_window", 4096);
        var pattern = reader.Int("sliding_window_pattern", reader.Int("_sliding_window_pattern", 6));
        var sliding = LayerTypes(reader, layer => (layer + 1) % pattern != 0);
        var global = RopeReader.ReadForLayerType(reader, "full_attention", 1_000_000) ?? RopeReader.Read(reader, 1_000_000);
        var local = RopeReader.ReadForLayerType(reader, "sliding_attention", 10_000) ?? new RopeSettings
        {
            Theta = reader.Positive("rope_local_base_freq", 10_000)
        };
        return config with
        {
            HeadDim = headDim,
            AttentionScale = 1 / Math.Sqrt(reader.Positive("query_pre_attn_scalar", 256)),
            TieWordEmbeddings = reader.Bool("tie_word_embeddings", true),
            QueryKeyValueBias = biased,
            OutputBias = biased,
            QueryKeyNorms = true,
            NormsAfterBlocks = true,
            NormWeightOffset = 1,
            EmbeddingScale = Math.Sqrt(config.HiddenSize),
            Activation = GateActivation.GeluTanh,
            LayerPlans = [.. Enumerable.Range(0, Layers(reader)).Select(layer => sliding(layer) ? new LayerPlan(window, local) : new LayerPlan(null, global))],
        };
    }

    private static IReadOnlyList<LayerPlan> Uniform(ConfigReader reader, RopeSettings rope, Func<int, int?> window) =>
        [.. Enumerable.Range(0, Layers(reader)).Select(layer => new LayerPlan(window(layer), rope))];

    // A bound far above every model there is, so that a nonsensical file does not fill the memory.
    private static int Layers(ConfigReader reader) => reader.Int("num_hidden_layers", maximum: 10_000);

    // Which layers slide: `layer_types` where the file has it, the family's older rule where not.
    private static Func<int, bool> LayerTypes(ConfigReader reader, Func<int, bool> olderRule)
    {
        if (reader.Texts("layer_types") is not { } types) return olderRule;
        if (types.Count != Layers(reader) || types.Any(type => type is not ("full_attention" or "sliding_attention")))
            throw reader.Wrong("layer_types", "one of 'full_attention' and 'sliding_attention' for each of the num_hidden_layers layers");
        return layer => types[layer] == "sliding_attention";
    }

    private static void RequireSilu(ConfigReader reader, string key)
    {
        if (reader.Text(key) is { } activation and not ("silu" or "swish"))
            throw reader.Refused($"'{key}' is '{activation}'; only 'silu' is supported for this family.");
    }
}
