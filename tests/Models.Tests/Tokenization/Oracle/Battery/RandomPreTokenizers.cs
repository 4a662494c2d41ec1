using System.Text.Json.Nodes;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>Pre-tokenizers at random.</summary>
internal static class RandomPreTokenizers
{
    /// <summary>Patterns of public tokenizers, and constructs of Oniguruma's dialect.</summary>
    public static readonly string[] Patterns =
    [
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
        @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+", @"[\r\n]", @"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-Ֆ]+", @"\s?[!-/:-~！-／：-～‘-‟　-。]+", @"\s+$", @"[一-龥ࠀ-一가-퟿]+",
        @" ?[^(\s|[.,!?…。，、।۔،])]+", @"(?<=\d)(?=(?:\d{3})+(?!\d))|\s", @"(?:^|\s)\S+", @"\d{1,3}(?=(?:\d{3})*\b)", @"[^\n]+|\n+",
        @"\w+|\W", @"[\w\-]+|[^\w\s]", @"a{,2}b|\p{L}{,3}", @"x{|{}|a{b", @"[[:digit:][:space:]]+|[[:xdigit:]_]+", @"\h+|\x{4e00}|\u3042", "^.|.$", @"\p{^L}+|\P{^N}", "[a-z-]+|[]x]", @"a+?|\s{1,3}?|\p{L}*?e",
        @"[^\x00-\x7F]+", @"[\u0600-\u06FF]+", @"[\u0900-\u097F]+|[\u0E00-\u0E7F]", @"[\x80-\xff]", @"[\u0080-\u00ff]+", @"[\u0100-\u0400]+|\p{Lu}", @"\p{So}+|\p{Sk}", @"\b", @"\B", @"\bthe\b|\s", @"(?i:[a-z]+)|[^a-z]", @"\p{Zs}|\p{Cf}", @"(?i:straße|the|kelvin)", @"\p{Nd}|\p{Nl}|\p{No}", @"\p{Pd}\p{Ps}?|\p{Pi}\p{Pf}", @"[\p{Mn}\p{Mc}\p{Me}]", @"(?>a+|b)c?|(?=the)|(?<!x)y", "", "a*", "(?=e)", @"\p{Co}|\p{Cn}|\p{Cc}", @"[^\S\n]+", @"\A\s|\s\z|\S\Z", @"[[:alpha:]]+|[[:punct:]]", @"[[:upper:]][[:lower:]]*|[[:alnum:]]+|[[:blank:]]", @"\p{Han}+|\p{Hiragana}|[\p{Katakana}ー]+", @"[\p{L}&&[^\p{Han}]]+|\p{Cyrillic}", @"(?<word>\w+)\s", @"[\p{L}--[a-z]]", @"\R|\X",
    ];

    private static readonly string[] Behaviors = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];

    public static JsonNode Of(Draw draw, int depth)
    {
        switch (draw.Below(depth > 1 ? 14 : 20))
        {
            case 0:
                return new JsonObject { ["type"] = draw.Of("Whitespace", "WhitespaceSplit", "BertPreTokenizer", "UnicodeScripts") };
            case 1:
                return new JsonObject { ["type"] = "Digits", ["individual_digits"] = draw.Either() };
            case 2:
                return new JsonObject { ["type"] = "Punctuation", ["behavior"] = draw.Of(Behaviors) };
            case 3:
                return new JsonObject { ["type"] = "CharDelimiterSplit", ["delimiter"] = draw.Of(" ", "e", "▁", "\n", "é", "😀") };
            case 4:
                return draw.OneIn(3) ? new JsonObject { ["type"] = "FixedLength", ["length"] = 1 + draw.Below(6) } : new JsonObject { ["type"] = draw.Of("Whitespace", "WhitespaceSplit", "BertPreTokenizer", "UnicodeScripts") };
            case 5 or 6:
                return new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = draw.Either(), ["trim_offsets"] = draw.Either(), ["use_regex"] = draw.Either() };
            case 7 or 8 or 9:
                return new JsonObject { ["type"] = "Metaspace", ["replacement"] = draw.OneIn(5) ? draw.Of("_", "é", "😀", " ") : "▁", ["prepend_scheme"] = draw.Of("always", "first", "first", "never"), ["split"] = draw.Either() };
            case 10:
                return Split(draw, new JsonObject { ["String"] = draw.Of(" ", "e", "▁", "the", "\n", "😀", "", ".", "¦", "  ", "a-b", "é") });
            case < 14:
                return Split(draw, new JsonObject { ["Regex"] = draw.Of(Patterns) });
            default:
                return new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray([.. Enumerable.Range(0, 1 + draw.Below(4)).Select(_ => Of(draw, depth + 1))]) };
        }
    }

    private static JsonObject Split(Draw draw, JsonObject pattern) =>
        new() { ["type"] = "Split", ["pattern"] = pattern, ["behavior"] = draw.OneIn(2) ? "Isolated" : draw.Of(Behaviors), ["invert"] = draw.OneIn(4) };
}
