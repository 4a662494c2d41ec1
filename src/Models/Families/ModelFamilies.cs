using System.Text.Json.Nodes;

namespace SafetyGate.Models.Families;

/// <summary>The supported families. A new family is a file beside this one and a row here.</summary>
internal static class ModelFamilies
{
    private static readonly Family[] All =
    [
        Gemma2.Family, Gemma3.Family, Gpt2.Family, Granite.Family, Llama.Family, Mistral.Family, Mixtral.Family, Olmo2.Family, Phi3.Family,
        Qwen2.Family, Qwen3.Family, Qwen3Moe.Family, SmolLm3.Family,
    ];

    /// <summary>Language models by their transformers class, for messages.</summary>
    public static IEnumerable<string> Architectures => All.Select(family => family.LanguageModel);

    /// <summary>Reads a configuration, whichever family it is of.</summary>
    public static DecoderConfig Parse(JsonObject raw, string source)
    {
        var reader = new ConfigReader(TextPart.Of(raw, source), source);
        var (family, isClassifier) = Find(reader);
        var config = family.Read(reader);
        if (isClassifier) config = config with { Labels = Labels(reader), Names = config.Names with { Head = "score" }, PadId = config.PadId ?? PadOfClass(reader, family, config) };
        ArithmeticKeys.RequireNeutral(reader, family);
        return config;
    }

    /// <summary>Whether the head is the embedding matrix, as far as a file says it or its family's default does.</summary>
    public static bool SaysTied(JsonObject raw, string source)
    {
        var reader = new ConfigReader(TextPart.Of(raw, source), source);
        return reader.Bool("tie_word_embeddings", ByModelType(reader.Text("model_type"))?.TiesByDefault ?? false);
    }

    /// <summary>The family of a <c>model_type</c>, if there is one.</summary>
    public static Family? ByModelType(string? modelType) => Array.Find(All, family => family.ModelType == modelType);

    private static (Family Family, bool IsClassifier) Find(ConfigReader reader)
    {
        var modelType = reader.Text("model_type");
        var architecture = reader.Texts("architectures")?.FirstOrDefault();
        var family = modelType is not null ? ByModelType(modelType) : Array.Find(All, known => known.LanguageModel == architecture || known.Classifier == architecture);
        if (family is null || (architecture is not null && architecture != family.LanguageModel && architecture != family.Classifier))
            throw reader.Refused($"architecture '{architecture ?? modelType ?? "(none)"}' (model_type '{modelType ?? "(none)"}') is not supported; supported are {string.Join(", ", Architectures)}, and their …ForSequenceClassification.");
        return (family, architecture == family.Classifier);
    }

    // Null is no padding token, which differs from a key that is not there.
    private static int? PadOfClass(ConfigReader reader, Family family, DecoderConfig config) =>
        !reader.Has("pad_token_id") && !reader.IsNull("pad_token_id") && family.PadId < config.VocabularySize ? family.PadId : null;

    // transformers writes no number but a name for each label, and neither where there are two.
    private static int Labels(ConfigReader reader) =>
        reader.Has("id2label")
            ? reader.Child("id2label") is { Json.Count: > 0 } names ? names.Json.Count : throw reader.Wrong("id2label", "an object with an entry for each label")
            : reader.Int("num_labels", 2, maximum: 1_000_000);
}
