using System.Text.Json;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Tests.Tokenization;

/// <summary>Which part of a text each token stands for.</summary>
public sealed class TokenSpanSpecs : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Tokenizers() => ConformanceCases.Files("tokenizers", "*.jsonl");

    // Up to each seam between characters, the tokens' text is what the tokenizer makes of the text up to there.
    [Theory, MemberData(nameof(Tokenizers))]
    public void Spans_cover_the_text_in_order_and_end_where_the_tokens_text_ends(string file)
    {
        _ = ConformanceCases.Require(file);
        var directory = ConformanceCases.PathOf(Path.ChangeExtension(file, null));
        Assert.SkipWhen(directory is null, $"{file}: the tokenizer's own files are not here");
        var tokenizer = TokenizerFile.Load(directory!);
        var (wrong, seams) = (new List<string>(), 0);
        foreach (var line in ConformanceCases.Lines(file).Where(line => line.TryGetProperty("text", out _)))
        {
            var (id, text) = (line.GetProperty("id").GetString()!, line.GetProperty("text").GetString()!);
            var spans = tokenizer.EncodeWithSpans(text);
            int[] ids = [.. spans.Select(span => span.Id)];
            if (!ids.SequenceEqual(tokenizer.Encode(text))) wrong.Add($"{id}: other ids");
            if (spans.Any(span => span.Start < 0 || span.End <= span.Start || span.End > text.Length) || spans.Zip(spans.Skip(1)).Any(pair => pair.Second.Start < pair.First.Start || pair.Second.End < pair.First.End)) wrong.Add($"{id}: out of order");
            for (var k = 0; k < Math.Min(spans.Count, 200); k++)
            {
                if (k + 1 < spans.Count && spans[k + 1].Start < spans[k].End) continue; // inside a character
                seams++;
                var (said, meant) = (tokenizer.Decode(ids[..(k + 1)]), tokenizer.Decode(tokenizer.Encode(text[..spans[k].End])));
                if (said != meant && wrong.Count < 50) wrong.Add($"{id}, token {k}: {JsonSerializer.Serialize(said)} is not {JsonSerializer.Serialize(meant)}");
            }
        }

        Assert.True(seams > 100, $"{seams} seams");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
    }

    [Theory]
    [InlineData("""{"type":"NFC"}""", "e\u0301x", "e\u0301|x")]
    [InlineData("""{"type":"NFD"}""", "\u00e9x", "\u00e9|\u00e9|x")]
    [InlineData("""{"type":"NFKC"}""", "\ufb01x", "\ufb01|\ufb01|x")]
    [InlineData("""{"type":"NFKC"}""", "\uff76\uff9ex", "\uff76\uff9e|x")]
    [InlineData("""{"type":"NFD"}""", "a\u05bc\u05b0x", "a\u05bc\u05b0|a\u05bc\u05b0|a\u05bc\u05b0|x")]
    [InlineData("""{"type":"NFC"}""", "\u1112\u1161\u11abx", "\u1112\u1161\u11ab|x")]
    [InlineData("""{"type":"Lowercase"}""", "\u0130X", "\u0130|\u0130|X")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":true}""", "  ab ", "a|b")]
    [InlineData("""{"type":"Prepend","prepend":"_"}""", "ab", "a|a|b")]
    [InlineData("""{"type":"Replace","pattern":{"String":"a"},"content":"bb"}""", "xay", "x|a|a|y")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"a+"},"content":"b"}""", "xaaay", "x|aaa|y")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"a+"},"content":""}""", "xaaay", "x|y")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"Replace","pattern":{"String":" "},"content":"_"},{"type":"Prepend","prepend":"_"},{"type":"Lowercase"}]}""", "A B", "A|A| |B")]
    public void A_normalizer_moves_the_spans_with_the_text(string normalizer, string text, string parts)
    {
        // One token a character of the normalized text: the unknown one, not fused.
        folder.Write("tokenizer.json", $$$"""{"normalizer":{{{normalizer}}},"model":{"type":"BPE","unk_token":"?","fuse_unk":false,"vocab":{"?":0},"merges":[]}}""");
        var spans = TokenizerFile.Load(folder.Path).EncodeWithSpans(text);
        Assert.Equal(parts.Split('|'), spans.Select(span => text[span.Start..span.End]));
    }

    [Theory]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}""", "a😀", "a|a|😀|😀|😀|😀")]
    [InlineData("""{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"always","split":true}""", "a b", "a|a| |b")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":true}]}""", "a  12", "a|1|2")]
    public void A_pre_tokenizer_moves_the_spans_with_the_text(string preTokenizer, string text, string parts)
    {
        folder.Write("tokenizer.json", $$$"""{"pre_tokenizer":{{{preTokenizer}}},"model":{"type":"BPE","unk_token":"?","fuse_unk":false,"vocab":{"?":0},"merges":[]}}""");
        Assert.Equal(parts.Split('|'), TokenizerFile.Load(folder.Path).EncodeWithSpans(text).Select(span => text[span.Start..span.End]));
    }

    [Fact]
    public void Merged_fused_and_added_tokens_span_all_their_characters()
    {
        folder.Write("tokenizer.json", """
            {"added_tokens":[{"id":4,"content":"<e>","lstrip":true,"rstrip":true,"normalized":false}],
             "model":{"type":"BPE","unk_token":"?","fuse_unk":true,"vocab":{"?":0,"a":1,"b":2,"ab":3},"merges":["a b"]}}
            """);
        const string Text = "abxyz <e> a";
        Assert.Equal(["3:ab", "0:xyz", "4: <e> ", "1:a"], TokenizerFile.Load(folder.Path).EncodeWithSpans(Text).Select(span => $"{span.Id}:{Text[span.Start..span.End]}"));
    }
}
