using System.Text.Json;

namespace SafetyGate.Models.Tokenization;

/// <summary>Reads the <c>model</c> of tokenizer.json.</summary>
internal static class TokenModels
{
    /// <summary>Builds the model that the file describes.</summary>
    public static ITokenModel Create(JsonPart part)
    {
        if (part.Json.ValueKind != JsonValueKind.Object) throw part.Wrong("is not an object");
        var type = part.TextOrNull("type") ?? OlderType(part);
        return type switch
        {
            "WordLevel" => new WordLevelModel(part),
            "BPE" => new BytePairModel(part),
            "WordPiece" => new WordPieceModel(part),
            "Unigram" => new UnigramModel(part),
            _ => throw part.Wrong($"is of the type '{type}', which is not supported; supported: WordLevel, BPE, WordPiece, Unigram"),
        };
    }

    // Files written before the format had types are told by their members, in the tokenizers library's order.
    private static string OlderType(JsonPart part) =>
        !part.Member("merges").IsNull ? "BPE"
        : !part.Member("max_input_chars_per_word").IsNull ? "WordPiece"
        : part.Member("vocab").Json.ValueKind == JsonValueKind.Array ? "Unigram"
        : !part.Member("unk_token").IsNull ? "WordLevel"
        : throw part.Wrong("has no 'type'");

    /// <summary>Reads the vocabulary of a model.</summary>
    public static Dictionary<string, int> ReadVocabulary(JsonPart model)
    {
        var part = model.Member("vocab");
        if (part.Json.ValueKind != JsonValueKind.Object) throw part.Wrong("is not an object of ids by token");
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var property in part.Json.EnumerateObject())
        {
            string token;
            try
            {
                token = property.Name;
            }
            catch (InvalidOperationException)
            {
                throw part.Wrong("holds a token that is not valid Unicode");
            }

            var id = new JsonPart($"{part.Where}[{Checkpoints.SafetensorsHeader.Shown(token)}]", property.Value, part.Limits).AsNumber();
            if (id > TokenizerLimits.LargestId) throw part.Wrong(Invariant($"gives the token '{Checkpoints.SafetensorsHeader.Shown(token)}' the id {id}; ids are at most {TokenizerLimits.LargestId}"));
            if (!vocabulary.TryAdd(token, id)) throw part.Wrong($"lists the token '{Checkpoints.SafetensorsHeader.Shown(token)}' twice");
        }

        return vocabulary;
    }
}
