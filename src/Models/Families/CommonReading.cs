using System.Text.Json.Nodes;

namespace SafetyGate.Models.Families;

/// <summary>What every family reads in the same way.</summary>
internal static class CommonReading
{
    // A bound far above every model there is, so that a nonsensical file does not fill the memory.
    private const int MostLayers = 10_000;

    /// <summary>Sizes, special tokens and the number type. The layers are the family's to fill in.</summary>
    public static DecoderConfig Read(ConfigReader reader, Family family, FamilyDefaults defaults)
    {
        var hidden = reader.Int("hidden_size");
        var heads = reader.Int("num_attention_heads");
        var keyValueHeads = reader.Int("num_key_value_heads", reader.IsNull("num_key_value_heads") ? heads : defaults.KeyValueHeads ?? heads);
        if (heads % keyValueHeads != 0)
            throw reader.Refused(Invariant($"num_attention_heads is {heads} and num_key_value_heads {keyValueHeads}; the second must divide the first."));
        if (defaults.HeadDim is null && !reader.Has("head_dim") && hidden % heads != 0)
            throw reader.Refused(Invariant($"hidden_size is {hidden} and num_attention_heads {heads}; without 'head_dim' the second must divide the first."));
        var headDim = reader.Int("head_dim", reader.IsNull("head_dim") ? hidden / heads : defaults.HeadDim ?? hidden / heads);
        if (headDim % 2 != 0)
            throw reader.Wrong(reader.Has("head_dim") ? "head_dim" : "hidden_size",
                "such that a head has an even number of features, because rotary positions turn them in pairs");
        return Sized(reader, family) with
        {
            HiddenSize = hidden,
            IntermediateSize = reader.Int("intermediate_size"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            RmsNormEpsilon = reader.Positive("rms_norm_eps", defaults.RmsNormEpsilon),
            MaxPositions = reader.Int("max_position_embeddings", defaults.MaxPositions),
            AttentionScale = 1 / Math.Sqrt(headDim),
        };
    }

    /// <summary>What does not depend on the names that a family gives its sizes.</summary>
    public static DecoderConfig Sized(ConfigReader reader, Family family)
    {
        var vocabulary = reader.Int("vocab_size");
        return new DecoderConfig
        {
            ModelType = family.ModelType,
            VocabularySize = vocabulary,
            HiddenSize = 0,
            IntermediateSize = 0,
            Heads = 0,
            KeyValueHeads = 0,
            HeadDim = 0,
            RmsNormEpsilon = 0,
            MaxPositions = 0,
            LayerPlans = [],
            TieWordEmbeddings = reader.Bool("tie_word_embeddings", family.TiesByDefault),
            AttentionScale = 0,
            InitializerRange = reader.Positive("initializer_range", 0.02),
            BosId = Inside(reader, "bos_token_id", vocabulary).Cast<int?>().FirstOrDefault(),
            EosIds = Inside(reader, "eos_token_id", vocabulary),
            ClassEosId = !reader.Has("eos_token_id") && !reader.IsNull("eos_token_id") && family.EosId < vocabulary ? family.EosId : null,
            PadId = PadId(reader, vocabulary),
            StoredDtype = reader.Text("dtype") ?? reader.Text("torch_dtype"),
            Raw = reader.Json,
        };
    }

    /// <summary>Number of layers.</summary>
    public static int Layers(ConfigReader reader, string key = "num_hidden_layers") => reader.Int(key, maximum: MostLayers);

    /// <summary>One plan a layer, with the same rotation in all.</summary>
    public static IReadOnlyList<LayerPlan> Plans(ConfigReader reader, RopeSettings rope, Func<int, int?> window) =>
        [.. Enumerable.Range(0, Layers(reader)).Select(layer => new LayerPlan(window(layer), rope))];

    /// <summary>Which layers slide: <c>layer_types</c> where the file has it, the family's older rule where not.</summary>
    public static Func<int, bool> SlidingLayers(ConfigReader reader, Func<int, bool> olderRule)
    {
        if (reader.Texts("layer_types") is not { } types) return olderRule;
        if (types.Count != Layers(reader) || types.Any(type => type is not ("full_attention" or "sliding_attention")))
            throw reader.Wrong("layer_types", "one of 'full_attention' and 'sliding_attention' for each of the num_hidden_layers layers");
        return layer => types[layer] == "sliding_attention";
    }

    /// <summary>The window of sliding layers: absent is the family's default, null is none.</summary>
    public static int? Window(ConfigReader reader, int? fallback) =>
        reader.IsNull("sliding_window") ? null : reader.OptionalInt("sliding_window", minimum: 1) ?? fallback;

    /// <summary>Refuses layers that slide where no window is given, which transformers refuses too.</summary>
    public static void RequireWindow(ConfigReader reader, int? window, Func<int, bool> sliding)
    {
        if (window is null && Enumerable.Range(0, Layers(reader)).FirstOrDefault(sliding, -1) is >= 0 and var layer)
            throw reader.Refused(Invariant($"layer {layer} slides, but no window is given ('sliding_window' is null or absent, or 'use_sliding_window' is false); give the number of keys such layers see, or say 'full_attention' for them in 'layer_types'."));
    }

    /// <summary>The activation of the feed-forward blocks: SiLU where the file says none.</summary>
    public static DecoderConfig Activated(ConfigReader reader, DecoderConfig config) => config with { Activation = Activation(reader, "hidden_act", GateActivation.Silu) };

    /// <summary>An activation by the name transformers has for it.</summary>
    public static GateActivation Activation(ConfigReader reader, string key, GateActivation fallback) => reader.Text(key) switch
    {
        null => fallback,
        "silu" or "swish" => GateActivation.Silu,
        "gelu" => GateActivation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" => GateActivation.GeluTanh,
        "relu" => GateActivation.Relu,
        _ => throw reader.Wrong(key, "one of 'silu', 'swish', 'gelu', 'gelu_new', 'gelu_pytorch_tanh' and 'relu'"),
    };

    private static IReadOnlyList<int> Inside(ConfigReader reader, string key, int vocabulary)
    {
        var ids = reader.Ids(key);
        return ids.All(id => id < vocabulary) ? ids : throw reader.Wrong(key, Invariant($"below the vocabulary's size of {vocabulary}"));
    }

    // Some files write -1 for "no padding token".
    private static int? PadId(ConfigReader reader, int vocabulary) =>
        reader.Has("pad_token_id") && reader.Json["pad_token_id"] is JsonValue value && value.TryGetValue<int>(out var id) && id == -1
            ? null
            : Inside(reader, "pad_token_id", vocabulary).Cast<int?>().FirstOrDefault();
}
