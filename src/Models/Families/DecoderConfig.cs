using System.Text.Json.Nodes;

namespace SafetyGate.Models.Families;

/// <summary>
/// The architecture of a decoder as given by its <c>config.json</c>, whatever the family and whichever transformers version wrote
/// the file: families differ by the switches here, not by separate
/// decoders.
/// </summary>
public sealed record DecoderConfig
{
    /// <summary>Family by its <c>model_type</c>, such as <c>llama</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>V, tokens in the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>D, features of a hidden state.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of layers.</summary>
    public int Layers => LayerPlans.Count;

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Features of one head; even.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Added to the mean square inside a norm's root.</summary>
    public required double RmsNormEpsilon { get; init; }

    /// <summary>Positions the model was made for.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>
    /// Whether longer sequences than that cannot be computed: learned positions end there, and dynamic rotary scaling begins.
    /// </summary>
    public bool EndsAtMaxPositions => Names.Positions is not null || LayerPlans.Any(plan => plan.Rope?.Type == "dynamic");

    /// <summary>Whether the head is the embedding matrix; a head that scores labels never is.</summary>
    public bool HeadIsEmbedding => TieWordEmbeddings && Labels is null;

    /// <summary>Parameter of the head, whether or not it is a matrix of its own.</summary>
    public string HeadWeight => Names.Head + ".weight";

    /// <summary>Parameter of the token embeddings.</summary>
    public string EmbeddingWeight => Names.Embedding + ".weight";

    /// <summary>The distinct rotations of the layers.</summary>
    public IEnumerable<RopeSettings> Rotations => LayerPlans.Select(plan => plan.Rope).OfType<RopeSettings>().Distinct();

    /// <summary>One plan for each layer, first layer first.</summary>
    public required IReadOnlyList<LayerPlan> LayerPlans { get; init; }

    /// <summary>Whether the head is the embedding matrix.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Whether the query, key and value projections have biases.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the feed-forward projections have biases.</summary>
    public bool MlpBias { get; init; }

    /// <summary>How queries and keys are normalized before rotation.</summary>
    public QueryKeyNormKind QueryKeyNorms { get; init; }

    /// <summary>How hidden states are normalized.</summary>
    public NormKind Norm { get; init; }

    /// <summary>Added to every norm weight: 1 where the file stores w of (1 + w) (Gemma), else 0.</summary>
    public double NormWeightOffset { get; init; }

    /// <summary>Multiplies the embeddings; 1 but for Gemma's root of the hidden size and Granite's multiplier.</summary>
    public double EmbeddingScale { get; init; } = 1;

    /// <summary>Whether <see cref="EmbeddingScale"/> is rounded to the weights' type first (Gemma).</summary>
    public bool RoundsEmbeddingScale { get; init; }

    /// <summary>Multiplies the attention scores: 1/√<see cref="HeadDim"/> unless the family differs.</summary>
    public required double AttentionScale { get; init; }

    /// <summary>c of c · tanh(score / c), which the attention's scores go through before the mask; <c>null</c>: they do not.</summary>
    public double? AttentionSoftcap { get; init; }

    /// <summary>Multiplies what a block adds to the hidden states; 1 but for Granite.</summary>
    public double ResidualScale { get; init; } = 1;

    /// <summary>Divides the logits; 1 but for Granite.</summary>
    public double LogitsDivisor { get; init; } = 1;

    /// <summary>c of c · tanh(logit / c), which the logits go through; <c>null</c>: they do not.</summary>
    public double? LogitsSoftcap { get; init; }

    /// <summary>Labels that the head scores in place of tokens; <c>null</c> for a language model.</summary>
    public int? Labels { get; init; }

    /// <summary>What the modules are called in a checkpoint.</summary>
    public ParameterNames Names { get; init; } = new();

    /// <summary>Nonlinearity of the feed-forward block.</summary>
    public GateActivation Activation { get; init; }

    /// <summary>Standard deviation of random initial weights. Default 0.02, as in transformers.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Beginning-of-sequence token, if the file names one.</summary>
    public int? BosId { get; init; }

    /// <summary>End-of-sequence tokens; may be empty.</summary>
    public IReadOnlyList<int> EosIds { get; init; } = [];

    /// <summary>
    /// The end token that transformers takes where neither the file nor a <c>generation_config.json</c> says anything of one: that of the
    /// family's configuration class, if it has one and it is in the vocabulary.
    /// </summary>
    public int? ClassEosId { get; init; }

    /// <summary>Padding token, if the file names one.</summary>
    public int? PadId { get; init; }

    /// <summary>Number type of the stored weights as the file names it, such as <c>bfloat16</c>; <c>null</c> when it does not.</summary>
    public string? StoredDtype { get; init; }

    /// <summary>
    /// The file as it was read, unknown keys included: source of a saved checkpoint's config. Not to be changed; clone it.
    /// </summary>
    public required JsonObject Raw { get; init; }

    /// <summary>The same architecture with a head of its own.</summary>
    internal DecoderConfig Untied()
    {
        var raw = (JsonObject)Raw.DeepClone();
        raw["tie_word_embeddings"] = false;
        return this with { TieWordEmbeddings = false, Raw = raw };
    }

    /// <summary>The same architecture with another number of tokens.</summary>
    internal DecoderConfig WithVocabulary(int tokens)
    {
        var raw = (JsonObject)Raw.DeepClone();
        raw["vocab_size"] = (double)tokens; // as numbers of a file are read
        return this with { VocabularySize = tokens, Raw = raw };
    }

    /// <summary>Reads a configuration.</summary>
    /// <param name="raw">The parsed <c>config.json</c>.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <exception cref="UserErrorException">The family is not supported, or a value is missing, of the wrong type or out of range; the
    /// message names it.</exception>
    public static DecoderConfig Parse(JsonObject raw, string source) => ModelFamilies.Parse(ConfigReader.Object(raw.ToJsonString(), source), source); // a separate copy, numbers as in a file

    /// <summary>Reads <c>config.json</c>'s text.</summary>
    /// <exception cref="UserErrorException">The text is not a JSON object, or as for <see cref="Parse"/>.</exception>
    public static DecoderConfig ParseText(string json, string source) => Parse(ConfigReader.Object(json, source), source);

    /// <summary>
    /// The configuration to save a tuned language model with: the text itself, or the part of it that describes the language model of one
    /// that also sees or hears.
    /// </summary>
    internal static string TextPartOf(string json, string source)
    {
        var raw = ConfigReader.Object(json, source);
        var part = TextPart.Of(raw, source);
        return ReferenceEquals(part, raw) ? json : part.ToJsonString();
    }
}
