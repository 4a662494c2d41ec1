using System.Text;
using SafetyGate.Core;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Tests.Tokenization;

/// <summary>A tokenizer file comes from a stranger: what it makes of a text, and how long it takes, has limits.</summary>
public sealed class TokenizerLimitSpecs : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Many(string text) => string.Concat(Enumerable.Repeat(text, 10_000));

    private static string Repeated(string step, int times = 5) => string.Join(',', Enumerable.Repeat(step, times));

    private static readonly Dictionary<string, string> Heads = new()
    {
        { "literal replacements", $$"""{"normalizer":{"type":"Sequence","normalizers":[{{Repeated($$"""{"type":"Replace","pattern":{"String":"a"},"content":"{{Many("a")}}"}""")}}]},""" },
        { "replacements by pattern", $$"""{"normalizer":{"type":"Sequence","normalizers":[{{Repeated($$"""{"type":"Replace","pattern":{"Regex":"a"},"content":"{{Many("a")}}"}""")}}]},""" },
        { "small steps", $$"""{"normalizer":{"type":"Sequence","normalizers":[{{Repeated("""{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaaa"}""", 30)}}]},""" },
        { "nested sequences", Nested(25) },
        { "prefixes", $$"""{"normalizer":{"type":"Sequence","normalizers":[{{Repeated($$"""{"type":"Prepend","prepend":"{{Many("a")}}"}""")}}]},""" },
        { "letters of letters", $$"""{"pre_tokenizer":{"type":"Sequence","pretokenizers":[{{Repeated("""{"type":"ByteLevel","use_regex":false}""", 40)}}]},""" },
    };

    public static TheoryData<string> Growing => [.. Heads.Keys];

    [Theory, MemberData(nameof(Growing))]
    public void A_text_that_grows_without_end_is_refused(string kind)
    {
        var tokenizer = Load(Heads[kind] + """ "model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0} } }""");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<UserErrorException>(() => tokenizer.Encode("a é a " + new string('a', 100)));
        Assert.Contains("64 times what was given", error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20, kind);
    }

    [Fact]
    public void So_is_a_response_whose_tokens_decode_to_one()
    {
        var tokenizer = Load($$"""{"decoder":{"type":"Sequence","decoders":[{{Repeated("""{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaaa"}""", 30)}}]}, "model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0} } }""");
        Assert.Contains("64 times", Assert.Throws<UserErrorException>(() => tokenizer.Decode([0, 0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_growth_of_an_ordinary_file_is_let_through()
    {
        var tokenizer = Load("""{"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKD"},{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}, "model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0} } }""");
        Assert.Equal([0], tokenizer.Encode(new string('\uFDFA', 100_000))); // 18 characters each, the most there is
    }

    [Theory]
    [InlineData("""{"decoder":{"type":"Metaspace","replacement":""},"model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0} } }""", "'replacement'")]
    [InlineData("""{"pre_tokenizer":{"type":"Metaspace","replacement":""},"model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0} } }""", "'replacement'")]
    [InlineData("""{"model":{"type":"WordLevel","unk_token":"u","vocab":{"u":2147483647}}}""", "ids are at most")]
    [InlineData("""{"added_tokens":[{"id":2147483647,"content":"x"}],"model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0} } }""", "an id is at most")]
    [InlineData("""{"model":{"type":"WordLevel","unk_token":"u","vocab":{"u":1e400}}}""", "1e400 is beyond a double's range")]
    [InlineData("""{"model":{"type":"WordLevel","unk_token":"u","vocab":{"\ud800":0}}}""", "half of a surrogate pair")]
    public void What_no_tokenizer_has_is_refused(string json, string says) =>
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => Load(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_of_more_components_than_any_tokenizer_needs_is_refused() =>
        Assert.Contains("normalizer has more than 1000 components", Assert.Throws<UserErrorException>(() => Load($$"""{"normalizer":{"type":"Sequence","normalizers":[{{Repeated("""{"type":"NFC"}""", 1000)}}]},"model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0} } }""")).Message, StringComparison.Ordinal);

    [Fact]
    public void Once_the_patterns_of_a_file_have_used_up_their_time_none_is_matched_any_more()
    {
        var limits = new TokenizerLimits();
        for (var text = 0; text < 1000; text++) limits.Spend(TimeSpan.FromSeconds(1)); // unhurried: what long texts take
        Assert.False(limits.IsSpent);
        var part = new JsonPart("file: ", System.Text.Json.JsonDocument.Parse("{}").RootElement, limits);
        var regex = CodePointRegex.Create("a", part);
        Assert.Equal([(0, 1)], regex.Matches("a"));
        for (var text = 0; text < 4; text++) limits.Spend(TimeSpan.FromSeconds(10));
        Assert.True(limits.IsSpent);
        Assert.Contains("more than 30 seconds in all", Assert.Throws<UserErrorException>(() => regex.Matches("a")).Message, StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => CodePointRegex.Create("b", part).Matches("b"));
    }

    private static string Nested(int depth)
    {
        var text = new StringBuilder("""{"normalizer":""");
        for (var i = 0; i < depth; i++) text.Append("""{"type":"Sequence","normalizers":[{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaaaaaaaaaaaaa"},""");
        text.Append("""{"type":"NFC"}""");
        for (var i = 0; i < depth; i++) text.Append("]}");
        return text.Append(',').ToString();
    }

    private ITokenizer Load(string json)
    {
        folder.Write(TokenizerFile.FileName, json);
        return TokenizerFile.Load(folder.Path);
    }
}
