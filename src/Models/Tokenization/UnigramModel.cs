using System.Text;
using System.Text.Json;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// Unigram language model of sentencepiece (arXiv:1804.10959): the cut of a piece whose tokens have the highest sum of scores, found by
/// dynamic programming from left to right; of equal sums the one found first. A character that no token begins with costs ten more than
/// the least score, and neighbors of that kind are one unknown token.
/// </summary>
internal sealed class UnigramModel : ITokenModel
{
    private const double UnknownPenalty = 10;

    private readonly Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
    private readonly string[] tokens;
    private readonly double[] scores;
    private readonly PrefixTree tree = new();
    private readonly double unknownScore;
    private readonly int? unknownId;
    private readonly int[]? byteIds;
    private readonly string where;

    public UnigramModel(JsonPart part)
    {
        where = part.Where;
        var entries = part.Items("vocab").Select(Entry).ToArray();
        if (entries.Length > TokenizerLimits.LargestId) throw part.Wrong(Invariant($"has {entries.Length} tokens; at most {TokenizerLimits.LargestId} are read"));
        (tokens, scores) = ([.. entries.Select(entry => entry.Token)], [.. entries.Select(entry => entry.Score)]);
        for (var id = 0; id < tokens.Length; id++) vocabulary[tokens[id]] = id; // of those with one spelling the last counts
        foreach (var (token, id) in vocabulary) tree.Add(token, id);

        unknownScore = (scores.Length == 0 ? double.PositiveInfinity : scores.Min()) - UnknownPenalty;
        if (!part.Member("unk_id").IsNull) unknownId = part.Number("unk_id");
        if (unknownId >= tokens.Length) throw part.Member("unk_id").Wrong(Invariant($"is not below the number of tokens, {tokens.Length}"));
        if (part.Flag("byte_fallback", false)) byteIds = ByteTokens.Ids(vocabulary);
    }

    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    public IEnumerable<KeyValuePair<string, int>> Tokens => tokens.Select((token, id) => KeyValuePair.Create(token, id));

    public int Count => scores.Length;

    public void Encode(string piece, List<int> ids, List<(int Start, int Stop)>? spans = null)
    {
        var (best, from, with) = (new double[piece.Length + 1], new int[piece.Length + 1], new int[piece.Length + 1]);
        Array.Fill(from, -1);
        for (int at = 0, length; at < piece.Length; at += length)
        {
            length = char.IsHighSurrogate(piece[at]) && at + 1 < piece.Length ? 2 : 1;
            var hasSingle = false;
            foreach (var (id, tokenLength) in tree.At(piece, at))
            {
                Offer(at, at + tokenLength, best[at] + scores[id], id);
                hasSingle |= tokenLength == length;
            }

            if (!hasSingle) Offer(at, at + length, best[at] + unknownScore, null);
        }

        foreach (var (start, stop) in Path(piece.Length, from, with))
        {
            var before = ids.Count;
            Append(piece[start..stop], ids);
            spans?.AddRange(Enumerable.Repeat((start, stop), ids.Count - before));
        }

        // Without an id: unknown.
        void Offer(int start, int stop, double score, int? id)
        {
            if (from[stop] >= 0 && !(score > best[stop])) return;
            (from[stop], best[stop], with[stop]) = (start, score, id ?? unknownId ?? throw Unknown(piece[start..stop]));
        }
    }

    private static (string Token, double Score) Entry(JsonPart part)
    {
        if (part.Json.ValueKind != JsonValueKind.Array || part.Json.GetArrayLength() != 2) throw part.Wrong("is not a pair of a token and its score");
        var halves = part.Elements().ToArray();
        return halves[1].Json.ValueKind == JsonValueKind.Number && LibraryNumber.Parse(halves[1].Json.GetRawText()) is { } score && double.IsFinite(score)
            ? (halves[0].AsText(), score)
            : throw halves[1].Wrong("is not a number");
    }

    // From the end to the start; unknown tokens in a row are one.
    private List<(int Start, int Stop)> Path(int length, int[] from, int[] with)
    {
        var path = new List<(int Start, int Stop)>();
        var fusing = false;
        for (var stop = length; stop > 0; stop = from[stop])
        {
            var unknown = with[stop] == unknownId;
            if (unknown && fusing) path[^1] = (from[stop], path[^1].Stop);
            else path.Add((from[stop], stop));
            fusing = unknown;
        }

        path.Reverse();
        return path;
    }

    private void Append(string token, List<int> ids)
    {
        if (vocabulary.TryGetValue(token, out var id)) ids.Add(id);
        else if (!ByteTokens.TryAppend(token, byteIds, ids)) ids.Add(unknownId ?? throw Unknown(token));
    }

    private UserErrorException Unknown(string text) =>
        new($"{where}: no token begins with '{Checkpoints.SafetensorsHeader.Shown(text)}', and the model has no 'unk_id', the token for the unknown; change the text or use a tokenizer with an unknown token.");
}
