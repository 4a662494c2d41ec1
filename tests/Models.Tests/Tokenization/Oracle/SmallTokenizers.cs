using System.Globalization;
using System.Text.Json.Nodes;

namespace SafetyGate.Models.Tests.Tokenization.Oracle;

/// <summary>
/// Small tokenizers, one component each. Where it matters what a component makes of a text, the model is one of bytes, with a suffix on
/// the last character of each piece, so that every character and every cut shows in the ids.
/// </summary>
internal static class SmallTokenizers
{
    private static readonly Lazy<Dictionary<string, JsonObject>> Made = new(Make);

    public static IReadOnlyDictionary<string, JsonObject> All => Made.Value;

    private static Dictionary<string, JsonObject> Make()
    {
        var all = new Dictionary<string, JsonObject>();
        foreach (var (name, normalizer) in Normalizers()) all["normalizer " + name] = With("normalizer", normalizer);
        foreach (var (name, pre) in PreTokenizers()) all["pre-tokenizer " + name] = With("pre_tokenizer", pre);
        foreach (var (name, decoder) in Decoders()) all["decoder " + name] = Decoding(decoder);
        foreach (var (name, model) in Models()) all["model " + name] = model;
        foreach (var (name, post) in PostProcessors()) all["post-processor " + name] = With("post_processor", post);
        foreach (var (name, file) in Combinations()) all["combination " + name] = file;
        foreach (var (name, file) in AddedTokens()) all["added tokens " + name] = file;
        return all;
    }

    private static IEnumerable<(string, string)> Normalizers()
    {
        foreach (var name in (string[])["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel"]) yield return (name, $$"""{"type":"{{name}}"}""");
        foreach (var (left, right) in ((bool, bool)[])[(true, true), (true, false), (false, true), (false, false)])
            yield return ($"Strip {left} {right}", $$"""{"type":"Strip","strip_left":{{Json(left)}},"strip_right":{{Json(right)}}}""");
        for (var bits = 0; bits < 8; bits++)
        {
            foreach (var accents in (string[])["null", "true", "false"])
                yield return ($"BertNormalizer {bits} {accents}", $$"""{"type":"BertNormalizer","clean_text":{{Json((bits & 1) > 0)}},"handle_chinese_chars":{{Json((bits & 2) > 0)}},"lowercase":{{Json((bits & 4) > 0)}},"strip_accents":{{accents}}}""");
        }

        yield return ("Prepend", """{"type":"Prepend","prepend":"▁"}""");
        yield return ("Replace of a text", """{"type":"Replace","pattern":{"String":" "},"content":"▁"}""");
        yield return ("Replace of a pattern", """{"type":"Replace","pattern":{"Regex":" {2,}|\\n+|(?<=a)b"},"content":"_"}""");
        yield return ("Replace of nothing", """{"type":"Replace","pattern":{"String":""},"content":"x"}""");
        yield return ("Replace at the start", """{"type":"Sequence","normalizers":[{"type":"Lowercase"},{"type":"Strip","strip_left":true,"strip_right":true},{"type":"Replace","pattern":{"Regex":"^"},"content":"▁"}]}""");
        yield return ("Replace of each category", new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray([.. Categories.Select((name, at) => new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = $@"\p{{{name}}}" }, ["content"] = at < 26 ? $"{(char)('A' + at)}" : $"A{(char)('A' + at - 26)}" })]) }.ToJsonString());
        yield return ("Replace by nothing", """{"type":"Replace","pattern":{"Regex":"[\\p{P}\\s]"},"content":""}""");
        yield return ("Precompiled", $$"""{"type":"Precompiled","precompiled_charsmap":"{{CompiledMap.Base64}}"}""");
        yield return ("XLM-R's Sequence", $$"""{"type":"Sequence","normalizers":[{"type":"Precompiled","precompiled_charsmap":"{{CompiledMap.Base64}}"},{"type":"Strip","strip_left":false,"strip_right":true},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"▁"}]}""");
        yield return ("Llama's Sequence", """{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""");
        yield return ("ALBERT's Sequence", """{"type":"Sequence","normalizers":[{"type":"Replace","pattern":{"String":"``"},"content":"\""},{"type":"NFKD"},{"type":"StripAccents"},{"type":"Lowercase"}]}""");
    }

    private static IEnumerable<(string, string)> PreTokenizers()
    {
        foreach (var name in (string[])["Whitespace", "WhitespaceSplit", "BertPreTokenizer"]) yield return (name, $$"""{"type":"{{name}}"}""");
        foreach (var (prefix, regex) in ((bool, bool)[])[(true, true), (true, false), (false, true), (false, false)])
            yield return ($"ByteLevel {prefix} {regex}", $$"""{"type":"ByteLevel","add_prefix_space":{{Json(prefix)}},"trim_offsets":true,"use_regex":{{Json(regex)}}}""");
        foreach (var scheme in (string[])["always", "first", "never"])
        {
            foreach (var split in (bool[])[true, false]) yield return ($"Metaspace {scheme} {split}", $$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":{{Json(split)}}}""");
        }

        yield return ("Metaspace of an older file", """{"type":"Metaspace","replacement":"▁","add_prefix_space":true}""");
        yield return ("Digits together", """{"type":"Digits","individual_digits":false}""");
        yield return ("Digits apart", """{"type":"Digits","individual_digits":true}""");
        yield return ("UnicodeScripts", """{"type":"UnicodeScripts"}""");
        yield return ("Split by nothing", """{"type":"Split","pattern":{"String":""},"behavior":"Isolated","invert":false}""");
        yield return ("Split by an emoji", """{"type":"Split","pattern":{"String":"😀"},"behavior":"MergedWithNext","invert":false}""");
        yield return ("CharDelimiterSplit", """{"type":"CharDelimiterSplit","delimiter":"e"}""");
        yield return ("FixedLength", """{"type":"FixedLength","length":3}""");
        foreach (var behavior in (string[])["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"])
        {
            yield return ($"Punctuation {behavior}", $$"""{"type":"Punctuation","behavior":"{{behavior}}"}""");
            foreach (var invert in (bool[])[true, false])
            {
                yield return ($"Split by a text, {behavior} {invert}", $$"""{"type":"Split","pattern":{"String":"e"},"behavior":"{{behavior}}","invert":{{Json(invert)}}}""");
                yield return ($"Split by a pattern, {behavior} {invert}", $$"""{"type":"Split","pattern":{"Regex":"\\p{L}+|\\s"},"behavior":"{{behavior}}","invert":{{Json(invert)}}}""");
            }
        }

        foreach (var (name, pattern) in Patterns) yield return ("Split of " + name, $$"""{"type":"Split","pattern":{"Regex":{{JsonValue.Create(pattern)!.ToJsonString()}}},"behavior":"Isolated","invert":false}""");
        yield return ("Sequence", """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Punctuation","behavior":"Isolated"},{"type":"Digits","individual_digits":true}]}""");
        yield return ("DeepSeek's Sequence", """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{N}{1,3}"},"behavior":"Isolated","invert":false},{"type":"Split","pattern":{"Regex":"[一-龥぀-ゟ゠-ヿ]+"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}""");
    }

    // Patterns of public tokenizers, and what Oniguruma's dialect has of its own.
    private static readonly (string Name, string Pattern)[] Patterns =
    [
        ("Qwen2", @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
        ("o200k", @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
        ("BLOOM, a set within a set", @" ?[^(\s|[.,!?…。，、।۔،])]+"),
        ("DeepSeek V3", @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
        ("StarCoder2", @"(?<=\d)(?=(?:\d{3})+(?!\d))|\s"),
        ("possessive quantifiers", @"[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++"),
        ("cl100k, letters of any case in a set", @"'(?i:[sdmt]|ll|ve|re)|(?i:[^a-r]k)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"),
        ("words", @"\w+|\W"),
        ("words in a set", @"[\w\-]+|[^\w\s]"),
        ("a range without a start", @"a{,2}b|\p{L}{,3}"),
        ("literal braces", @"x{|{}|a{b"),
        ("POSIX sets", @"[[:digit:][:space:]]+|[[:xdigit:]_]+"),
        ("hexadecimal", @"\h+|\x{4e00}|\u3042"),
        ("lines", @"^.|.$"),
        ("negated properties", @"\p{^L}+|\P{^N}"),
        ("a dash at the end", @"[a-z-]+|[]x]"),
        ("lazy", @"a+?|\s{1,3}?|\p{L}*?e"),
        ("beyond ASCII", @"[^\x00-\x7F]+"),
        ("ranges of signs, marks and digits", @"[\u0080-\u00ff]|[\u0300-\u036f]|[\u0600-\u06FF]+|[\u0900-\u097F]"),
        ("ranges of letters", @"[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳ]+"),
        ("ends of words", @"\b\w|\B\p{P}"),
        ("a named group", @"(?<word>\w+)\s"),
    ];

    private static IEnumerable<(string, string)> Decoders()
    {
        foreach (var name in (string[])["ByteFallback", "Fuse", "ByteLevel"]) yield return (name, $$"""{"type":"{{name}}","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""");
        foreach (var scheme in (string[])["always", "first", "never"]) yield return ("Metaspace " + scheme, $$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":true}""");
        foreach (var clean in (bool[])[true, false]) yield return ($"WordPiece {clean}", $$"""{"type":"WordPiece","prefix":"##","cleanup":{{Json(clean)}}}""");
        foreach (var clean in (bool[])[true, false]) yield return ($"CTC {clean}", $$"""{"type":"CTC","pad_token":"l","word_delimiter_token":"▁","cleanup":{{Json(clean)}}}""");
        yield return ("Strip of an emoji", """{"type":"Strip","content":"😀","start":2,"stop":0}""");
        yield return ("BPEDecoder", """{"type":"BPEDecoder","suffix":"</w>"}""");
        yield return ("Strip", """{"type":"Strip","content":" ","start":1,"stop":0}""");
        yield return ("Replace", """{"type":"Replace","pattern":{"String":"▁"},"content":" "}""");
        yield return ("Llama's Sequence", """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""");
        yield return ("bytes before words", """{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"WordPiece","prefix":"##","cleanup":false}]}""");
        yield return ("none", "null");
    }

    private static IEnumerable<(string, JsonObject)> Models()
    {
        JsonArray scored = [.. Tokens.Select((token, id) => (JsonNode)new JsonArray(token, -1.5 - (id * 7 % 13 / 3.0) - token.Length * 0.25))];
        foreach (var bytes in (bool[])[true, false])
        {
            var vocabulary = (JsonArray)scored.DeepClone();
            if (bytes) foreach (var token in Bytes) vocabulary.Add(new JsonArray(token, -20));
            yield return ($"Unigram, bytes {bytes}", new() { ["pre_tokenizer"] = Parse("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}"""), ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = 0, ["byte_fallback"] = bytes, ["vocab"] = vocabulary } });
        }

        yield return ("Unigram without an unknown token", new() { ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = null, ["vocab"] = scored.DeepClone() } });
        JsonArray exact = [.. ((string[])[.. Tokens, "e", "aaa", "ee", "eee", "ll"]).Select((token, id) => (JsonNode)new JsonArray(token, (double)(float)(-2.1 - (id * 7 % 13 / 3.0) - token.Length)))];
        yield return ("Unigram, all digits, some tokens twice", new() { ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = 0, ["vocab"] = exact } });
        yield return ("Unigram of whole texts", new() { ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = 0, ["vocab"] = scored.DeepClone() } });
        foreach (var longest in (int[])[100, 4])
            yield return ($"WordPiece, {longest}", new() { ["pre_tokenizer"] = Parse("""{"type":"BertPreTokenizer"}"""), ["model"] = new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "<unk>", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = longest, ["vocab"] = Vocabulary(Tokens) } });
        yield return ("WordPiece of an older file", new() { ["pre_tokenizer"] = Parse("""{"type":"Whitespace"}"""), ["model"] = new JsonObject { ["unk_token"] = "<unk>", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = Vocabulary(Tokens) } });
        yield return ("WordLevel", new() { ["pre_tokenizer"] = Parse("""{"type":"Whitespace"}"""), ["model"] = new JsonObject { ["type"] = "WordLevel", ["unk_token"] = "<unk>", ["vocab"] = Vocabulary(Tokens) } });
        foreach (var options in (string[])["", "fuse_unk", "byte_fallback", "ignore_merges", "fuse_unk byte_fallback"])
        {
            var model = new JsonObject { ["type"] = "BPE", ["unk_token"] = "<unk>", ["vocab"] = Vocabulary(options.Contains("byte", StringComparison.Ordinal) ? [.. Tokens, .. Bytes.Where((_, value) => value != 0xC3)] : Tokens), ["merges"] = Merges() };
            foreach (var option in options.Split(' ', StringSplitOptions.RemoveEmptyEntries)) model[option] = true;
            yield return ("BPE " + options, new() { ["pre_tokenizer"] = Parse("""{"type":"WhitespaceSplit"}"""), ["model"] = model });
        }

        yield return ("BPE without an unknown token", new() { ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = Vocabulary(Tokens), ["merges"] = Merges() } });
        yield return ("BPE with an unknown token that has no id", new() { ["model"] = new JsonObject { ["type"] = "BPE", ["unk_token"] = "<none>", ["vocab"] = Vocabulary(Tokens), ["merges"] = Merges() } });
        yield return ("BPE with prefix and suffix", new() { ["pre_tokenizer"] = Parse("""{"type":"WhitespaceSplit"}"""), ["model"] = new JsonObject { ["type"] = "BPE", ["unk_token"] = "<unk>", ["continuing_subword_prefix"] = "##", ["end_of_word_suffix"] = "</w>", ["vocab"] = Vocabulary(["<unk>", "a", "b", "##a", "##b", "##b</w>", "a</w>", "ab", "ab</w>", "##ab", "t", "##h", "##e</w>", "th", "the</w>", "##ab</w>"]), ["merges"] = new JsonArray("a ##b", "a ##b</w>", "t ##h", "th ##e</w>", "##a ##b", "##a ##b</w>") } });
    }

    private static IEnumerable<(string, string)> PostProcessors()
    {
        yield return ("TemplateProcessing", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"B","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"E","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"B":{"id":"B","ids":[3,4],"tokens":["x","y"]},"E":{"id":"E","ids":[5],"tokens":["z"]}}}""");
        yield return ("BertProcessing", """{"type":"BertProcessing","sep":["s",7],"cls":["c",8]}""");
        yield return ("Sequence of two", """{"type":"Sequence","processors":[{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"B","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"B":{"id":"B","ids":[3],"tokens":["x"]}}},{"type":"BertProcessing","sep":["s",7],"cls":["c",8]}]}""");
        yield return ("RobertaProcessing", """{"type":"RobertaProcessing","sep":["s",7],"cls":["c",8],"trim_offsets":true,"add_prefix_space":true}""");
        yield return ("ByteLevel", """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true}""");
        yield return ("Sequence", """{"type":"Sequence","processors":[{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true},{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"B","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"B":{"id":"B","ids":[3],"tokens":["x"]}}}]}""");
    }

    private static IEnumerable<(string, JsonObject)> AddedTokens()
    {
        var twins = With("normalizer", """{"type":"Lowercase"}""");
        twins["added_tokens"] = new JsonArray([.. ((string[])["the", "The", "THE"]).Select((content, at) => (JsonNode)new JsonObject
        {
            ["id"] = 257 + at, ["content"] = content, ["single_word"] = at == 1, ["lstrip"] = false, ["rstrip"] = at == 2, ["normalized"] = true, ["special"] = at == 1,
        })]);
        yield return ("of one normalized spelling", twins);
        foreach (var normalizer in (string[])["null", """{"type":"Lowercase"}""", """{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"""])
        {
            for (var bits = 0; bits < 32; bits++)
            {
                var file = With("normalizer", normalizer);
                var next = 256 + 1;
                file["added_tokens"] = new JsonArray([.. ((string[])["The", "the", "<s>", "<|x|>", "<|", " hello", "é", "  "]).Select(content => (JsonNode)new JsonObject
                {
                    ["id"] = next++, ["content"] = content, ["single_word"] = (bits & 1) > 0, ["lstrip"] = (bits & 2) > 0, ["rstrip"] = (bits & 4) > 0, ["normalized"] = (bits & 8) > 0, ["special"] = (bits & 16) > 0,
                })]);
                yield return ($"{bits} {(normalizer.Length > 60 ? "Llama" : normalizer == "null" ? "plain" : "lower")}", file);
            }
        }
    }

    // A normalizer that takes characters from the start of a text, and a prefix for the first piece; with an added token of either kind.
    private static IEnumerable<(string, JsonObject)> Combinations()
    {
        foreach (var (name, normalizer) in ((string, string)[])[("none", "null"), ("Strip", """{"type":"Strip","strip_left":true,"strip_right":true}"""), ("Nmt", """{"type":"Nmt"}"""), ("BERT", """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":true,"lowercase":true}"""), ("NFKC", """{"type":"NFKC"}"""), ("Prepend", """{"type":"Prepend","prepend":"x"}"""), ("NFD", """{"type":"NFD"}"""), ("NFKD after Prepend", """{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"½▁"},{"type":"NFKD"}]}"""), ("Lowercase", """{"type":"Lowercase"}"""), ("ByteLevel", """{"type":"ByteLevel"}"""),
            ("Precompiled", $$"""{"type":"Precompiled","precompiled_charsmap":"{{CompiledMap.Base64}}"}"""), ("Replace of a word", """{"type":"Replace","pattern":{"Regex":"\\w+"},"content":"ab"}"""), ("Replace", """{"type":"Replace","pattern":{"String":"e"},"content":""}""")])
        {
            foreach (var scheme in (string[])["first", "always"])
            {
                foreach (var normalized in (bool[])[true, false])
                {
                    var file = With("normalizer", normalizer);
                    file["pre_tokenizer"] = Parse($$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":true}""");
                    file["added_tokens"] = new JsonArray(Parse($$"""{"id":257,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":{{Json(normalized)}},"special":true}"""));
                    yield return ($"{name} {scheme} {normalized}", file);
                }
            }

            // What a normalizer makes of the first character is all at the start, wherever it is cut.
            var cut = With("normalizer", normalizer);
            cut["pre_tokenizer"] = Parse("""{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"."},"behavior":"Isolated","invert":false},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}]}""");
            yield return ($"{name} cut before Metaspace", cut);
        }
    }

    // Capital letters first: what stands for a category is written in them.
    private static readonly string[] Categories = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cn".Split(' ');

    private static readonly string[] Bytes = [.. Enumerable.Range(0, 256).Select(value => value.ToString("X2", CultureInfo.InvariantCulture)).Select(value => $"<0x{value}>")];

    private static readonly string[] Tokens =
    [
        "<unk>", "a", "b", "t", "h", "e", "th", "the", "The", "T", "##e", "##t", "##th", "##he", "##llo", "hello", "he", "l", "o", "ll", "llo", "w", "r", "d", "wor", "world", "▁", "▁the", "▁t", "▁w", "▁world", "▁h", "▁hello", "▁he", " ", "  ", ".", ",", "'", "s", "'s", "é", "ï", "n", "v", "na", "你", "好", "你好", "ll'", "x", "1", "2", "12", "123", "##1", "##2", "##23", "😀", "i", "I", "▁I", "m", "aa", "bb", "ab", "ba",
    ];

    // Those whose three tokens are in the vocabulary.
    private static JsonArray Merges() =>
        new([.. "t h,th e,h e,l l,ll o,he llo,w o,wo r,l d,wor ld,n a,你 好,1 2,a a,b b,a b,b a,' s,12 3".Split(',').Where(merge => merge.Split(' ') is [var left, var right] && Tokens.Contains(left) && Tokens.Contains(right) && Tokens.Contains(left + right)).Select(merge => (JsonNode)merge)]);

    private static JsonObject Vocabulary(string[] tokens) => new(tokens.Distinct().Select((token, id) => KeyValuePair.Create<string, JsonNode?>(token, id)));

    // Bytes of each character, those of "E" after the last one of a piece; spaces between the tokens' own texts.
    private static JsonObject With(string component, string value) => new()
    {
        [component] = Parse(value),
        ["model"] = new JsonObject { ["type"] = "BPE", ["byte_fallback"] = true, ["unk_token"] = "<unk>", ["end_of_word_suffix"] = "E", ["vocab"] = Vocabulary(["<unk>", .. Bytes]), ["merges"] = new JsonArray() },
        ["decoder"] = Parse("""{"type":"ByteFallback"}"""),
    };

    private static JsonObject Decoding(string decoder) => new()
    {
        ["added_tokens"] = new JsonArray(Parse("""{"id":0,"content":"<unk>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}""")),
        ["decoder"] = Parse(decoder),
        ["model"] = new JsonObject { ["type"] = "WordLevel", ["unk_token"] = "<unk>", ["vocab"] = Vocabulary([.. Tokens, .. Bytes, "##", "</w>", "the</w>", "</w></w>", "Ġthe", "Ċ", "Ã", "©", "ðŁĺ", "Ģ", "▁▁", "▁a▁b", " .", "n't", " n't", "do", " do not", "not", "?", "!", "<0xG1>", "<0xe2>", "日本"]) },
    };

    private static JsonNode? Parse(string json) => JsonNode.Parse(json);

    private static string Json(bool value) => value ? "true" : "false";
}
