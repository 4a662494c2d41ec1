using System.Text.Json.Nodes;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>Normalizers at random.</summary>
internal static class RandomNormalizers
{
    private static readonly string[] Plain = ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel"];

    private static readonly string[] Replaced = [" ", "▁", "e", "the", "\n", "``", "'", "é", "😀", "a", ".", "", "  ", "-", "\u00A0"];

    private static readonly string[] Contents = ["▁", " ", "", "x", "\"", "ab", "é", "😀", "▁▁", " x ", "\n", "e\u0301", "½"];

    private static readonly string[] Patterns =
    [
        " {2,}", @"\s+", @"\n+|(?<=a)b", @"[\p{P}\s]", @"\p{M}+", @"[^\x00-\x7F]+", @"\p{Lu}", @"\s", @"^\s+", @"\s+$", "^", "$", @"(?<=\p{L})(?=\p{N})", @"[\u0300-\u036f]", @"[\x80-\xff]", @"\b", @"(?i:THE|ss)", "a|", @"\d+", @"(?<!\S)▁", @"[\u4e00-\u9fff]", @"\p{C}", @"\r\n?|\n",
    ];

    public static JsonNode Of(Draw draw, int depth)
    {
        switch (draw.Below(depth > 1 ? 13 : 20))
        {
            case < 6:
                return new JsonObject { ["type"] = draw.Of(Plain) };
            case 6:
                return new JsonObject { ["type"] = "Strip", ["strip_left"] = draw.Either(), ["strip_right"] = draw.Either() };
            case 7:
                return new JsonObject { ["type"] = "BertNormalizer", ["clean_text"] = draw.Either(), ["handle_chinese_chars"] = draw.Either(), ["strip_accents"] = draw.Below(3) switch { 0 => null, 1 => true, _ => false }, ["lowercase"] = draw.Either() };
            case 8:
                return new JsonObject { ["type"] = "Prepend", ["prepend"] = draw.Of("▁", "▁", " ", "x", "<s>", "", "the ", "½", "e\u0301", "😀") };
            case 9 or 10:
                return new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = draw.Of(Replaced) }, ["content"] = draw.Of(Contents) };
            case 11:
                return new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = draw.OneIn(4) ? draw.Of(RandomPreTokenizers.Patterns) : draw.Of(Patterns) }, ["content"] = draw.Of(Contents) };
            case 12:
                return new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = CompiledMap.Of(Keys(draw)) };
            default:
                return new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray([.. Enumerable.Range(0, 1 + draw.Below(4)).Select(_ => Of(draw, depth + 1))]) };
        }
    }

    private static List<(string Key, string Text)> Keys(Draw draw)
    {
        var keys = draw.Some(CompiledMap.Pairs, 2).ToDictionary(pair => pair.Key, pair => pair.Text);
        for (var more = draw.Below(6); more > 0; more--) keys[draw.Of("a", "e", "e\u0301", "\u0301", "\u200D", "\uFE0F", "the", " ", "  ", "\u0600", "İ", "你", "👍", "\u0E33", "\r", "x\u0323")] = draw.Of("", "a", " ", "xy", "▁", "é");
        return [.. keys.Select(pair => (pair.Key, pair.Value))];
    }
}
