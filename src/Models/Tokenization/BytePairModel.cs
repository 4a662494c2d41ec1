using System.Text.Json;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// Byte-pair encoding: a piece starts as its characters (or, where the vocabulary lacks one, its bytes), and the neighbors whose
/// merge has the lowest rank are joined until none is left. O(n log n) in the piece's length.
/// </summary>
internal sealed class BytePairModel : ITokenModel
{
    private const int LongestAffix = 64;

    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> merges = [];
    private readonly int[]? byteIds;
    private readonly string? unknownToken;
    private readonly int? unknownId;
    private readonly bool fuseUnknown;
    private readonly bool ignoreMerges;
    private readonly string prefix;
    private readonly string suffix;
    private readonly string where;

    public BytePairModel(JsonPart part)
    {
        where = part.Where;
        vocabulary = TokenModels.ReadVocabulary(part);
        prefix = part.TextOrNull("continuing_subword_prefix") ?? "";
        suffix = part.TextOrNull("end_of_word_suffix") ?? "";
        if (prefix.Length > LongestAffix || suffix.Length > LongestAffix)
            throw part.Wrong(Invariant($"has a prefix or suffix of more than {LongestAffix} characters"));
        fuseUnknown = part.Flag("fuse_unk", false);
        ignoreMerges = part.Flag("ignore_merges", false);
        var dropout = part.Member("dropout");
        if (!dropout.IsNull && !(dropout.Json.ValueKind == JsonValueKind.Number && dropout.Json.TryGetDouble(out var share) && share == 0))
            throw dropout.Wrong("is set: a tokenizer that drops merges at random gives other ids each time, which is not supported; set it to null");
        unknownToken = part.TextOrNull("unk_token");
        if (unknownToken is not null && vocabulary.TryGetValue(unknownToken, out var id)) unknownId = id;
        if (part.Flag("byte_fallback", false)) byteIds = ByteTokens.Ids(vocabulary);
        ReadMerges(part);
    }

    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    public int Count => vocabulary.Count;

    public void Encode(string piece, List<int> ids, List<(int Start, int Stop)>? spans = null)
    {
        if (ignoreMerges && vocabulary.TryGetValue(piece, out var whole))
        {
            ids.Add(whole);
            spans?.Add((0, piece.Length));
            return;
        }

        List<(int Start, int Stop)>? parts = spans is null ? null : [];
        var symbols = Symbols(piece, parts);
        if (symbols.Count > 1) Merge(symbols, ids, parts, spans);
        else
        {
            ids.AddRange(symbols);
            spans?.AddRange(parts!);
        }
    }

    private void ReadMerges(JsonPart part)
    {
        var rank = 0;
        foreach (var merge in part.Items("merges"))
        {
            if (merge.Json.ValueKind == JsonValueKind.String && merge.AsText().StartsWith("#version", StringComparison.Ordinal)) continue; // first line of merges.txt
            var (left, right) = Pair(merge);
            if (!vocabulary.TryGetValue(left, out var leftId)) throw Lacking(left);
            if (!vocabulary.TryGetValue(right, out var rightId)) throw Lacking(right);
            if (!right.StartsWith(prefix, StringComparison.Ordinal)) throw merge.Wrong($"has a right half without the prefix '{prefix}'");
            var joined = left + right[prefix.Length..];
            if (!vocabulary.TryGetValue(joined, out var joinedId)) throw Lacking(joined);
            merges[(leftId, rightId)] = (rank++, joinedId);
            UserErrorException Lacking(string token) =>
                merge.Wrong($"needs the token '{Checkpoints.SafetensorsHeader.Shown(token)}', which the vocabulary lacks");
        }
    }

    // Newer files write ["a", "b"], older ones "a b".
    private static (string Left, string Right) Pair(JsonPart merge)
    {
        if (merge.Json.ValueKind == JsonValueKind.Array)
        {
            if (merge.Json.GetArrayLength() != 2) throw merge.Wrong("is not a pair of tokens");
            var halves = merge.Elements().ToArray();
            return (halves[0].AsText(), halves[1].AsText());
        }

        var text = merge.AsText();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && space < text.Length - 1 && text.IndexOf(' ', space + 1) < 0
            ? (text[..space], text[(space + 1)..])
            : throw merge.Wrong("is not two tokens with a space between");
    }

    // The first split: one id a character, its bytes, or the unknown token; characters that have none of these vanish, as in the tokenizers
    // library.
    private List<int> Symbols(string piece, List<(int Start, int Stop)>? parts)
    {
        var symbols = new List<int>(piece.Length);
        var pendingUnknown = false;
        var unknown = (Start: 0, Stop: 0);
        for (int at = 0, length; at < piece.Length; at += length)
        {
            length = char.IsHighSurrogate(piece[at]) && at + 1 < piece.Length ? 2 : 1;
            var character = piece.Substring(at, length);
            if (at > 0) character = prefix + character;
            if (at + length == piece.Length) character += suffix;
            if (vocabulary.TryGetValue(character, out var id))
            {
                FlushUnknown();
                symbols.Add(id);
            }
            else if (!ByteTokens.TryAppend(character, byteIds, symbols))
            {
                if (unknownToken is null) continue;
                if (unknownId is null) throw new UserErrorException($"{where}: the vocabulary has neither the character '{Checkpoints.SafetensorsHeader.Shown(character)}' nor the token for unknown ones, '{unknownToken}'; change the text or use the tokenizer.json the model came with.");
                if (pendingUnknown && !fuseUnknown) FlushUnknown();
                unknown = (pendingUnknown ? unknown.Start : at, at + length);
                pendingUnknown = true;
            }

            while (parts?.Count < symbols.Count) parts.Add((at, at + length));
        }

        FlushUnknown();
        return symbols;

        void FlushUnknown()
        {
            if (pendingUnknown)
            {
                symbols.Add(unknownId!.Value);
                parts?.Add(unknown);
            }

            pendingUnknown = false;
        }
    }

    private void Merge(List<int> symbols, List<int> ids, List<(int Start, int Stop)>? parts, List<(int Start, int Stop)>? spans)
    {
        var count = symbols.Count;
        var (previous, next, alive) = (new int[count], new int[count], new bool[count]);
        var queue = new PriorityQueue<(int Left, int Right, int Merged), long>();
        for (var i = 0; i < count; i++) (previous[i], next[i], alive[i]) = (i - 1, i + 1, true);
        for (var i = 0; i + 1 < count; i++) Enqueue(i, i + 1);
        while (queue.TryDequeue(out var merge, out var key))
        {
            var left = (int)(key & int.MaxValue);
            if (!alive[left] || symbols[left] != merge.Left) continue;
            var right = next[left];
            if (right >= count || symbols[right] != merge.Right) continue; // the pair has changed since it was queued
            symbols[left] = merge.Merged;
            if (parts is not null) parts[left] = (parts[left].Start, parts[right].Stop);
            alive[right] = false;
            next[left] = next[right];
            if (next[left] < count)
            {
                previous[next[left]] = left;
                Enqueue(left, next[left]);
            }

            if (previous[left] >= 0) Enqueue(previous[left], left);
        }

        for (var i = 0; i < count; i = next[i])
        {
            ids.Add(symbols[i]);
            if (parts is not null) spans!.Add(parts[i]);
        }

        // Lowest rank first, then leftmost.
        void Enqueue(int left, int right)
        {
            if (merges.TryGetValue((symbols[left], symbols[right]), out var merge))
                queue.Enqueue((symbols[left], symbols[right], merge.Merged), ((long)merge.Rank << 31) | (uint)left);
        }
    }
}
