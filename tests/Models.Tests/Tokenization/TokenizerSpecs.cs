using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Tests.Tokenization;

public sealed class TokenizerSpecs : IDisposable
{
    private const string Words = """
        {"added_tokens":[{"id":0,"content":"<pad>","special":true,"normalized":false},{"id":1,"content":"<eos>","special":true,"normalized":false}],
         "pre_tokenizer":{"type":"WhitespaceSplit"},
         "model":{"type":"WordLevel","unk_token":"<pad>","vocab":{"<pad>":0,"<eos>":1,"a":2,"b":3,"<eosx>":4}}}
        """;

    private const string Pairs = """
        {"model":{"type":"BPE","vocab":{"a":0,"b":1,"c":2,"ab":3,"abc":4,"bc":5},"merges":["b c","a b","a bc"]}}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Words_special_tokens_and_unknown_words_get_their_ids()
    {
        var tokenizer = Load(Words);
        Assert.Equal([2, 3, 1, 0, 2], tokenizer.Encode("a  b<eos>\n zebra\u00A0a"));
        Assert.Equal("a b <eos>", tokenizer.Decode([2, 3, 1]));
        Assert.Equal("a b", tokenizer.Decode([2, 3, 1, 99], skipSpecialTokens: true));
        Assert.Equal(5, tokenizer.VocabularySize);
        Assert.Equal(1, tokenizer.TokenId("<eos>"));
        Assert.Null(tokenizer.TokenId("zebra"));
        Assert.Equal([], tokenizer.Encode(""));
        Assert.Equal(64, tokenizer.Digest.Length);
    }

    [Fact]
    public void A_word_without_an_id_is_refused_when_there_is_no_unknown_token()
    {
        var tokenizer = Load(Words.Replace("\"unk_token\":\"<pad>\"", "\"unk_token\":\"<unk>\"", StringComparison.Ordinal));
        Assert.Equal([2], tokenizer.Encode("a"));
        Assert.Contains("neither the word 'zebra' nor the token for unknown words, '<unk>'", Assert.Throws<UserErrorException>(() => tokenizer.Encode("a zebra")).Message, StringComparison.Ordinal);
    }

    // "abc": the merge of rank 0 is b c, so a b can no longer happen; then a bc. "abab" has no c: a b twice.
    // "axb": without an unknown token the tokenizers library drops x, and its neighbors meet.
    [Theory, InlineData("abc", new[] { 4 }), InlineData("abab", new[] { 3, 3 }), InlineData("cab", new[] { 2, 3 }), InlineData("axb", new[] { 3 }), InlineData("bcbc", new[] { 5, 5 })]
    public void Pairs_are_merged_by_rank(string text, int[] ids) => Assert.Equal(ids, Load(Pairs).Encode(text));

    // Every merge of the longest run is found by rank and place alone, whatever the order in which pairs come up.
    [Fact]
    public void A_long_run_is_merged_like_a_naive_scan_does()
    {
        var tokenizer = Load("""{"model":{"type":"BPE","vocab":{"a":0,"b":1,"aa":2,"ab":3,"aab":4,"aaaa":5,"ba":6},"merges":["a a","a b","aa aa","aa b","b a"]}}""");
        var merges = new (int, int, int)[] { (0, 0, 2), (0, 1, 3), (2, 2, 5), (2, 1, 4), (1, 0, 6) };
        var state = 1u;
        for (var round = 0; round < 200; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 40).Select(_ => ((state = (state * 1664525) + 1013904223) >> 24) % 3 == 0 ? 'b' : 'a'));
            var expected = text.Select(letter => letter == 'a' ? 0 : 1).ToList();
            while (true)
            {
                var found = Enumerable.Range(0, merges.Length).SelectMany(rank => Enumerable.Range(0, expected.Count - 1).Where(i => (expected[i], expected[i + 1]) == (merges[rank].Item1, merges[rank].Item2)).Take(1).Select(i => (rank, i))).ToArray();
                if (found.Length == 0) break;
                expected[found[0].i] = merges[found[0].rank].Item3;
                expected.RemoveAt(found[0].i + 1);
            }

            Assert.Equal(expected, tokenizer.Encode(text));
        }
    }

    [Theory]
    [InlineData("lstrip", " \t<eos> b", new[] { 1, 3 })]
    [InlineData("rstrip", "a <eos> \n b", new[] { 2, 1, 3 })]
    [InlineData("single_word", "a <eos> b<eos>", new[] { 2, 1, 0 })]
    public void Options_of_added_tokens_are_heeded(string option, string text, int[] ids) =>
        Assert.Equal(ids, Load(Words.Replace("\"content\":\"<eos>\",", $"\"content\":\"<eos>\",\"{option}\":true,", StringComparison.Ordinal)).Encode(text));

    [Fact]
    public void The_longest_added_token_wins() =>
        Assert.Equal([4, 2], Load(Words.Replace("\"added_tokens\":[", "\"added_tokens\":[{\"id\":4,\"content\":\"<eosx>\",\"normalized\":false},", StringComparison.Ordinal)).Encode("<eosx>a"));

    [Fact]
    public void Text_beyond_the_basic_plane_is_whole_for_patterns()
    {
        // 𝒜 is an upper-case letter beyond U+FFFF: \p{L}+ takes it whole, with its neighbors.
        var tokenizer = Load("""
            {"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\p{L}+"},"behavior":"Isolated"},
             "model":{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"x𝒜y":1,"1😀2":2}}}
            """);
        Assert.Equal([1, 2, 1], tokenizer.Encode("x𝒜y1😀2x𝒜y"));
    }

    [Theory, InlineData("Removed", new[] { "a", "b", "c" }), InlineData("Isolated", new[] { "a", "-", "-", "b", "-", "c" }), InlineData("Contiguous", new[] { "a", "--", "b", "-", "c" })]
    [InlineData("MergedWithPrevious", new[] { "a-", "-", "b-", "c" }), InlineData("MergedWithNext", new[] { "a", "-", "-b", "-c" })]
    public void Every_behavior_of_a_split_cuts_as_the_format_says(string behavior, string[] words)
    {
        var vocabulary = new JsonObject();
        foreach (var word in words.Distinct()) vocabulary[word] = vocabulary.Count;
        var file = new JsonObject
        {
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["String"] = "-" }, ["behavior"] = behavior },
            ["model"] = new JsonObject { ["type"] = "WordLevel", ["unk_token"] = "?", ["vocab"] = vocabulary },
        };
        var tokenizer = Load(file.ToJsonString());
        Assert.Equal(string.Join(' ', words), tokenizer.Decode(tokenizer.Encode("a--b-c")));
    }

    [Theory]
    [InlineData("\"type\":\"WordLevel\"", "\"type\":\"Odd\"", "type 'Odd', which is not supported; supported: WordLevel, BPE, WordPiece, Unigram")]
    [InlineData("\"type\":\"WordLevel\"", "\"type\":\"Unigram\"", "model.vocab is not an array")]
    [InlineData("\"type\":\"WhitespaceSplit\"", "\"type\":\"Odd\"", "pre_tokenizer: the pre-tokenizer 'Odd' is not supported yet")]
    [InlineData("\"pre_tokenizer\"", "\"normalizer\":{\"type\":\"Odd\"},\"pre_tokenizer\"", "normalizer: the normalizer 'Odd' is not supported yet")]
    [InlineData("\"pre_tokenizer\"", "\"decoder\":{\"type\":\"Odd\"},\"pre_tokenizer\"", "decoder: the decoder 'Odd' is not supported yet")]
    [InlineData("\"pre_tokenizer\"", "\"post_processor\":{\"type\":\"Odd\"},\"pre_tokenizer\"", "post_processor: the post-processor 'Odd' is not supported yet")]
    [InlineData("{\"type\":\"WhitespaceSplit\"}", "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(\"},\"behavior\":\"Isolated\"}", "the pattern '(' is not supported")]
    [InlineData("{\"type\":\"WhitespaceSplit\"}", "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a\"},\"behavior\":\"Sideways\"}", "unknown behavior 'Sideways'")]
    [InlineData("\"a\":2", "\"a\":-2", "model.vocab[a] is not a whole number of 0 or more")]
    [InlineData("\"a\":2", "\"a\":\"2\"", "model.vocab[a] is not a whole number")]
    [InlineData("\"a\":2", "\"a\":2,\"a\":5", "lists the token 'a' twice")]
    [InlineData("\"a\":2", "\"\\ud800\":2", "half of a surrogate pair")]
    [InlineData("\"id\":1,", "\"id\":7,", "gives '<eos>' the id 7, but the vocabulary gives it 1")]
    [InlineData("\"id\":1,", "", "added_tokens[1].id is not a whole number")]
    [InlineData("\"vocab\":{", "\"vocap\":{", "model.vocab is not an object of ids by token")]
    [InlineData("\"model\":{", "\"modell\":{", "model is not an object")]
    public void A_bad_tokenizer_file_is_refused_with_its_place(string was, string becomes, string said)
    {
        Assert.Contains(was, Words, StringComparison.Ordinal);
        Refused(Words.Replace(was, becomes, StringComparison.Ordinal), said);
    }

    [Theory]
    [InlineData("[\"b c\"", "[\"b z\"", "merges[0] needs the token 'z', which the vocabulary lacks")]
    [InlineData("[\"b c\"", "[\"c b\"", "merges[0] needs the token 'cb', which the vocabulary lacks")]
    [InlineData("[\"b c\"", "[\"bc\"", "merges[0] is not two tokens")]
    [InlineData("[\"b c\"", "[[\"b\"]", "merges[0] is not a pair")]
    [InlineData("[\"b c\"", "[7", "merges[0] is not a string")]
    [InlineData("\"type\":\"BPE\"", "\"type\":\"BPE\",\"dropout\":0.1", "model.dropout is set")]
    public void Bad_merges_are_refused_with_their_place(string was, string becomes, string said)
    {
        Assert.Contains(was, Pairs, StringComparison.Ordinal);
        Refused(Pairs.Replace(was, becomes, StringComparison.Ordinal), said);
    }

    [Fact]
    public void An_unknown_token_without_an_id_is_an_error_where_it_is_needed()
    {
        var tokenizer = Load(Pairs.Replace("\"type\":\"BPE\"", "\"type\":\"BPE\",\"unk_token\":\"?\"", StringComparison.Ordinal));
        Assert.Equal([4], tokenizer.Encode("abc"));
        Assert.Contains("neither the character 'x' nor the token for unknown ones, '?'", Assert.Throws<UserErrorException>(() => tokenizer.Encode("ax")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_added_token_that_the_normalizer_makes_nothing_of_is_refused()
    {
        var stripping = Words.Replace("""{"added_tokens":[""", """{"normalizer":{"type":"Strip","strip_left":true,"strip_right":true},"added_tokens":[{"id":5,"content":"  ","special":false,"normalized":true},""", StringComparison.Ordinal);
        Assert.Contains("has the token '  ' with normalized true, and the normalizer leaves nothing of it", Assert.Throws<UserErrorException>(() => Load(stripping)).Message);
        Load(stripping.Replace("\"normalized\":true", "\"normalized\":false", StringComparison.Ordinal));
    }

    // The library counts no character for what is put where nothing was, and fails where it changes such a text again.
    [Theory, InlineData("""{"type":"Replace","pattern":{"Regex":"^"},"content":"x"}"""), InlineData("""{"type":"Prepend","prepend":""}""")]
    public void A_text_that_begins_in_nothing_is_refused_where_it_is_changed_again(string first)
    {
        var once = Words.Replace("""{"added_tokens":[""", $$"""{"normalizer":{"type":"Sequence","normalizers":[{{first}}]},"added_tokens":[""", StringComparison.Ordinal);
        Load(once).Encode("a b");
        var twice = once.Replace(first, first + """,{"type":"Lowercase"}""", StringComparison.Ordinal);
        Assert.Contains("the tokenizers library fails there", Assert.Throws<UserErrorException>(() => Load(twice).Encode("a b")).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("true", null), InlineData("false", "lists the token '<pad>' again with other options")]
    public void An_added_token_is_listed_again_only_with_the_same_options(string special, string? said)
    {
        var twice = Words.Replace("\"added_tokens\":[", $$"""
            "added_tokens":[{"id":0,"content":"<pad>","special":{{special}},"normalized":false},
            """, StringComparison.Ordinal);
        if (said is null) Assert.Equal([0, 2], Load(twice).Encode("<pad> a"));
        else Refused(twice, said);
    }

    // The library numbers them as it comes to them, whatever numbers tokens of the vocabulary have.
    [Fact]
    public void An_added_token_comes_after_as_many_as_the_vocabulary_has() =>
        Refused("""{"added_tokens":[{"id":9,"content":"b"},{"id":10,"content":"<x>"}],"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0,"b":9}}}""", "gives '<x>' the id 10, but the tokenizers library numbers added tokens in their order and gives it 2");

    // The library numbers added tokens in their order, after the vocabulary; a file that says otherwise was written by hand.
    [Theory, InlineData(6, null), InlineData(7, "gives '<x>' the id 7, but the tokenizers library numbers added tokens in their order and gives it 6")]
    public void An_added_token_has_the_id_that_the_library_gives_it(int id, string? said)
    {
        var json = $$"""{"added_tokens":[{"id":{{id}},"content":"<x>","normalized":false}],""" + Pairs.Trim()[1..];
        if (said is null) Assert.Equal([6, 0], Load(json).Encode("<x>a"));
        else Refused(json, said);
    }

    [Theory]
    [InlineData("(?i:a)b(?P<x>c)", "'(?P<'"), InlineData("(?i:less)", "(?i: with ss"), InlineData("(?i:[a-zé])", "(?i: with letters beyond ASCII"), InlineData("\\\\ud800", "'\\ud800'"), InlineData("\\\\xe2", "'\\xe2'"), InlineData("\\\\x{3", "'\\x{3'"), InlineData("\\\\u12", "'\\u12'"), InlineData("(?i:[b-a])", "reverse order"), InlineData("[a&&b]", "'&&'"), InlineData("(?m:.)", "'(?m:'"), InlineData("a{2}?", "'{2}?'"), InlineData("[[:upper:]]", "'[:upper:]'"), InlineData("[a[^b]]", "[…[^…]…]"), InlineData("\\\\X", "'\\X'"), InlineData("\\\\p{Han}", "Han")]
    public void A_pattern_that_means_something_else_to_the_library_is_refused(string pattern, string said) =>
        Refused(Words.Replace("{\"type\":\"WhitespaceSplit\"}", $$$"""{"type":"Split","pattern":{"Regex":"{{{pattern}}}"},"behavior":"Isolated","invert":false}""", StringComparison.Ordinal), said);

    [Fact]
    public void A_scheme_of_prefixes_that_contradicts_itself_is_refused() =>
        Refused(Words.Replace("{\"type\":\"WhitespaceSplit\"}", """{"type":"Metaspace","replacement":"_","prepend_scheme":"first","add_prefix_space":false}""", StringComparison.Ordinal), "contradict each other");

    [Theory, InlineData("", "is empty; it must hold JSON"), InlineData(" \n", "is empty; it must hold JSON"), InlineData("[1]", "but not an object"), InlineData("{\"model\":", "is not valid JSON")]
    public void A_file_that_is_no_tokenizer_is_refused(string text, string said) => Refused(text, said);

    [Fact]
    public void A_directory_without_a_tokenizer_is_told() =>
        Assert.Contains("has no tokenizer.json", Assert.Throws<UserErrorException>(() => TokenizerFile.Load(folder.Path)).Message, StringComparison.Ordinal);

    private ITokenizer Load(string json)
    {
        folder.Write("tokenizer.json", json);
        return TokenizerFile.Load(folder.Path);
    }

    private void Refused(string json, string said)
    {
        var error = Assert.Throws<UserErrorException>(() => Load(json));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(folder.File("tokenizer.json"), error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
    }
}
