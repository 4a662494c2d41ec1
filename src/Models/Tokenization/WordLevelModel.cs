namespace SafetyGate.Models.Tokenization;

/// <summary>One id for each word; a word that the vocabulary lacks gets the unknown token's id.</summary>
internal sealed class WordLevelModel : ITokenModel
{
    private readonly Dictionary<string, int> vocabulary;
    private readonly string unknownToken;
    private readonly string where;

    public WordLevelModel(JsonPart part)
    {
        vocabulary = TokenModels.ReadVocabulary(part);
        unknownToken = part.Text("unk_token");
        where = part.Where;
    }

    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    public int Count => vocabulary.Count;

    public void Encode(string piece, List<int> ids, List<(int Start, int Stop)>? spans = null)
    {
        spans?.Add((0, piece.Length));
        if (vocabulary.TryGetValue(piece, out var id) || vocabulary.TryGetValue(unknownToken, out id)) ids.Add(id);
        else throw new UserErrorException($"{where}: the vocabulary has neither the word '{Checkpoints.SafetensorsHeader.Shown(piece)}' nor the token for unknown words, '{unknownToken}'; change the text or use a tokenizer with an unknown token.");
    }
}
