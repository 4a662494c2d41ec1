namespace SafetyGate.Models.Families;

/// <summary>A family of models: what its <c>config.json</c> says of itself, and how it is read.</summary>
/// <param name="ModelType">Its <c>model_type</c>.</param>
/// <param name="LanguageModel">Class of the language model in transformers.</param>
/// <param name="Classifier">Class of the model that scores texts.</param>
/// <param name="Read">Reads its configuration.</param>
internal sealed record Family(string ModelType, string LanguageModel, string Classifier, Func<ConfigReader, DecoderConfig> Read)
{
    /// <summary>Whether the head is the embedding matrix where the file does not say.</summary>
    public bool TiesByDefault { get; init; }

    /// <summary>
    /// End token of its configuration class in transformers, where a response ends when no file of a model names one; <c>null</c>: it has none.
    /// </summary>
    public int? EosId { get; init; }

    /// <summary>
    /// Padding token of its configuration class in transformers, which a classifier's text ends before where no file names one; <c>null</c>: it
    /// has none.
    /// </summary>
    public int? PadId { get; init; }

    /// <summary>
    /// Sizes of its configuration class in transformers: the <c>text_config</c> of a model that also sees leaves out those that are the same.
    /// </summary>
    public IReadOnlyDictionary<string, int> Sizes { get; init; } = new Dictionary<string, int>();

    /// <summary>Sizes by their names in a configuration.</summary>
    public static IReadOnlyDictionary<string, int> SizesOf(int vocabulary, int hidden, int intermediate, int layers, int heads) => new Dictionary<string, int>
    {
        ["vocab_size"] = vocabulary, ["hidden_size"] = hidden, ["intermediate_size"] = intermediate, ["num_hidden_layers"] = layers, ["num_attention_heads"] = heads,
    };
}
