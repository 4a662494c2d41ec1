using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// WordPiece: the longest token that a word begins with, then the longest that the rest does, those with a prefix. A word that cannot be
/// cut so, or that is too long, is the unknown token as a whole.
/// </summary>
internal sealed class WordPieceModel : ITokenModel
{
    private readonly Dictionary<string, int> vocabulary;
    private readonly string prefix;
    private readonly string unknownToken;
    private readonly int longestWord;
    private readonly string where;

    public WordPieceModel(JsonPart part)
    {
        vocabulary = TokenModels.ReadVocabulary(part);
        prefix = part.Text("continuing_subword_prefix");
        unknownToken = part.Text("unk_token");
        longestWord = part.Number("max_input_chars_per_word");
        if (longestWord > TokenizerLimits.LongestToken || prefix.Length > TokenizerLimits.LongestToken)
            throw part.Wrong(Invariant($"has a 'max_input_chars_per_word' of {longestWord} and a prefix of {prefix.Length} characters; each is at most {TokenizerLimits.LongestToken}"));
        where = part.Where;
    }

    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    public int Count => vocabulary.Count;

    public void Encode(string piece, List<int> ids, List<(int Start, int Stop)>? spans = null)
    {
        var (before, spansBefore) = (ids.Count, spans?.Count ?? 0);
        if (piece.EnumerateRunes().Count() <= longestWord && TryCut(piece, ids, spans)) return;
        ids.RemoveRange(before, ids.Count - before);
        spans?.RemoveRange(spansBefore, spans.Count - spansBefore);
        spans?.Add((0, piece.Length));
        ids.Add(vocabulary.TryGetValue(unknownToken, out var id)
            ? id
            : throw new UserErrorException($"{where}: the word '{Checkpoints.SafetensorsHeader.Shown(piece)}' cannot be cut into tokens, and the vocabulary lacks the token for unknown words, '{unknownToken}'; change the text or use a tokenizer with an unknown token."));
    }

    private bool TryCut(string word, List<int> ids, List<(int Start, int Stop)>? spans)
    {
        for (var start = 0; start < word.Length;)
        {
            var stop = word.Length;
            for (; stop > start; stop -= char.IsLowSurrogate(word[stop - 1]) && stop - 2 >= start ? 2 : 1)
            {
                if (!vocabulary.TryGetValue(start == 0 ? word[..stop] : prefix + word[start..stop], out var id)) continue;
                ids.Add(id);
                spans?.Add((start, stop));
                break;
            }

            if (stop == start) return false;
            start = stop;
        }

        return true;
    }
}
