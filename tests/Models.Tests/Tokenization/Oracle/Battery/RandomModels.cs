using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>Models at random, their vocabularies from random texts written as the pre-tokenizer writes them.</summary>
internal static class RandomModels
{
    private static readonly string[] Bytes = [.. Enumerable.Range(0, 256).Select(value => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>"))];

    // GPT-2's letters of the bytes.
    private static readonly string Letters = MakeLetters();

    public static JsonObject Of(Draw draw, RandomTexts texts, JsonNode? pre)
    {
        var written = pre?.ToJsonString() ?? "";
        var asBytes = written.Contains("ByteLevel", StringComparison.Ordinal) && !draw.OneIn(6);
        var corpus = Enumerable.Range(0, 25).Select(_ => texts.Next()).Where(text => text.Length > 0).Select(text => Written(text, asBytes, written.Contains("Metaspace", StringComparison.Ordinal))).ToList();
        var words = corpus.SelectMany(Words).Where(word => word.Length is > 0 and < 24).ToList();
        return draw.Below(12) switch
        {
            < 3 => Transparent(draw),
            < 8 => BytePairs(draw, words, asBytes),
            < 10 => Unigram(draw, corpus),
            10 => WordPiece(draw, words),
            _ => new JsonObject { ["type"] = "WordLevel", ["unk_token"] = draw.OneIn(6) ? "<none>" : "<unk>", ["vocab"] = Vocabulary(draw, ["<unk>", .. words]) },
        };
    }

    // Every character's bytes, and where each piece ends.
    private static JsonObject Transparent(Draw draw) => new()
    {
        ["type"] = "BPE", ["dropout"] = null, ["byte_fallback"] = true, ["unk_token"] = draw.Either() ? "<unk>" : null, ["continuing_subword_prefix"] = draw.OneIn(3) ? "" : null, ["end_of_word_suffix"] = "E",
        ["fuse_unk"] = draw.Either(), ["ignore_merges"] = draw.Either(), ["vocab"] = Vocabulary(draw, ["<unk>", .. Bytes], shuffled: false), ["merges"] = new JsonArray(),
    };

    private static JsonObject BytePairs(Draw draw, List<string> words, bool asBytes)
    {
        string prefix = draw.OneIn(6) ? draw.Of("##", "é", "▁") : "", suffix = draw.OneIn(6) ? draw.Of("</w>", "E") : "";
        var split = words.Select(word => Symbols(word, prefix, suffix)).ToList();
        List<string> alphabet = asBytes ? [.. Letters.Select(letter => letter.ToString())] : [.. split.SelectMany(word => word).Distinct().Where(_ => !draw.OneIn(12))];
        if (asBytes && draw.OneIn(8)) alphabet.RemoveAt(draw.Below(alphabet.Count));
        var tokens = new List<string>(["<unk>", .. alphabet]);
        if (draw.Either()) tokens.AddRange(draw.OneIn(4) ? Bytes.Where(_ => !draw.OneIn(30)) : Bytes);
        var known = tokens.ToHashSet(StringComparer.Ordinal);
        var merges = new JsonArray();
        var done = new HashSet<(string, string)>();
        var asText = draw.Either() && !known.Any(token => token.Contains(' ', StringComparison.Ordinal));
        for (var steps = draw.Of(0, 20, 60, 150); steps > 0; steps--)
        {
            var word = split.Count == 0 ? [] : draw.From(split);
            if (word.Count < 2) continue;
            var at = draw.Below(word.Count - 1);
            var (left, right) = (word[at], word[at + 1]);
            if (!known.Contains(left) || !known.Contains(right) || !done.Add((left, right))) continue;
            var joined = left + right[prefix.Length..];
            if (known.Add(joined)) tokens.Add(joined);
            if (asText) merges.Add(left + " " + right);
            else merges.Add(new JsonArray(left, right));
            foreach (var other in split)
            {
                for (var i = 0; i + 1 < other.Count; i++)
                {
                    if (other[i] != left || other[i + 1] != right) continue;
                    other[i] = joined;
                    other.RemoveAt(i + 1);
                }
            }
        }

        tokens.AddRange(draw.Some(words, 6)); // whole words that no merge makes
        return new()
        {
            ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = draw.Below(5) switch { 0 => null, 1 => "<none>", _ => "<unk>" }, ["continuing_subword_prefix"] = prefix.Length > 0 || draw.OneIn(4) ? prefix : null,
            ["end_of_word_suffix"] = suffix.Length > 0 || draw.OneIn(4) ? suffix : null, ["fuse_unk"] = draw.Either(), ["byte_fallback"] = draw.Either(), ["ignore_merges"] = draw.OneIn(3), ["vocab"] = Vocabulary(draw, tokens), ["merges"] = merges,
        };
    }

    private static JsonObject Unigram(Draw draw, List<string> corpus)
    {
        List<string> tokens = ["<unk>", .. corpus.SelectMany(text => text.EnumerateRunes().Select(rune => rune.ToString())).Distinct().Where(_ => !draw.OneIn(8))];
        for (var pieces = draw.Of(20, 100, 300); pieces > 0 && corpus.Count > 0; pieces--)
        {
            var runes = draw.From(corpus).EnumerateRunes().ToArray();
            var from = draw.Below(runes.Length);
            tokens.Add(string.Concat(runes.Skip(from).Take(1 + draw.Below(6))));
        }

        foreach (var letter in (string[])["a", "▁", "-", "=", "."]) tokens.AddRange(Enumerable.Range(2, 3).Where(_ => draw.Either()).Select(times => string.Concat(Enumerable.Repeat(letter, times))));
        if (draw.Either()) tokens.AddRange(Bytes.Where(_ => !draw.OneIn(60)));
        tokens = draw.OneIn(8) ? tokens : [.. tokens.Distinct()];
        var digits = draw.Of(1, 2, 5, 17);
        var vocabulary = new JsonArray([.. tokens.Select((token, id) => (JsonNode)new JsonArray(token, id == 0 ? 0 : JsonNode.Parse(Score(draw, digits))))]);
        return new() { ["type"] = "Unigram", ["unk_id"] = draw.Below(8) switch { 0 => null, 1 => draw.Below(tokens.Count), _ => 0 }, ["vocab"] = vocabulary, ["byte_fallback"] = draw.Either() };
    }

    // As sentencepiece's numbers are written: of single precision, with all digits of a double.
    private static string Score(Draw draw, int digits) =>
        digits < 17 ? Math.Round(-draw.Share() * 20, digits).ToString(CultureInfo.InvariantCulture) : ((double)(float)(-draw.Share() * 15)).ToString("R", CultureInfo.InvariantCulture);

    private static JsonObject WordPiece(Draw draw, List<string> words)
    {
        var prefix = draw.OneIn(5) ? draw.Of("", "@", "é") : "##";
        var tokens = new List<string>();
        foreach (var word in draw.Some(words, 2))
        {
            var runes = word.EnumerateRunes().Select(rune => rune.ToString()).ToArray();
            for (var at = 0; at < runes.Length;)
            {
                var length = Math.Min(1 + draw.Below(4), runes.Length - at);
                tokens.Add((at > 0 ? prefix : "") + string.Concat(runes.Skip(at).Take(length)));
                at += length;
            }
        }

        return new() { ["type"] = "WordPiece", ["unk_token"] = draw.OneIn(8) ? "<none>" : "<unk>", ["continuing_subword_prefix"] = prefix, ["max_input_chars_per_word"] = draw.Of(100, 100, 8, 3), ["vocab"] = Vocabulary(draw, ["<unk>", .. tokens]) };
    }

    private static JsonObject Vocabulary(Draw draw, IEnumerable<string> tokens, bool shuffled = true)
    {
        var distinct = tokens.Distinct().ToList();
        if (shuffled && draw.OneIn(3)) distinct = [.. distinct.OrderBy(_ => draw.Below(10_000))];
        return new(distinct.Select((token, id) => KeyValuePair.Create<string, JsonNode?>(token, id)));
    }

    private static List<string> Symbols(string word, string prefix, string suffix)
    {
        var symbols = word.EnumerateRunes().Select((rune, at) => (at > 0 ? prefix : "") + rune).ToList();
        symbols[^1] += suffix;
        return symbols;
    }

    private static string MakeLetters()
    {
        var others = 0;
        return string.Concat(Enumerable.Range(0, 256).Select(value => value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255) ? (char)value : (char)(256 + others++)));
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] is not (' ' or '▁' or 'Ġ') && !char.IsWhiteSpace(text[at - 1])) continue;
            yield return text[start..at];
            start = at;
        }

        yield return text[start..];
    }

    private static string Written(string text, bool asBytes, bool withMarks) =>
        asBytes ? string.Concat(Encoding.UTF8.GetBytes(text).Select(value => Letters[value])) : withMarks ? "▁" + text.Replace(" ", "▁", StringComparison.Ordinal) : text;
}
