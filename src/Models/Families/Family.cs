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
}
