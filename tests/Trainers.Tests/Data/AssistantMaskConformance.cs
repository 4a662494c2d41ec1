using System.Text;
using System.Text.Json;
using SafetyGate.Core.Language;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Tokenization;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Trainers.Tests.Data;

/// <summary>The tokens of what the assistant wrote, on conversations whose marked parts the reference gives.</summary>
public sealed class AssistantMaskConformance
{
    public static TheoryData<string> Files() => ConformanceCases.Files("templates", "*.jsonl");

    // Of a byte-level tokenizer the bytes of each token are known from its vocabulary: an independent count of them says which tokens touch
    // a marked part. A character that is split into several tokens belongs to all of them.
    [Theory, MemberData(nameof(Files))]
    public void A_token_is_learnt_when_it_stands_for_marked_text(string file)
    {
        _ = ConformanceCases.Require(file);
        var tokenizers = ConformanceCases.Find("tokenizers", TokenizerFile.FileName, SearchOption.AllDirectories).Select(path => Path.GetDirectoryName(ConformanceCases.PathOf(path)!)!).ToList();
        var marked = ConformanceCases.Lines(file).Where(line => line.TryGetProperty("generation_spans", out var spans) && spans.GetArrayLength() > 0
            && line.TryGetProperty("messages", out _) && !line.GetProperty("add_generation_prompt").GetBoolean() && ConformanceCases.PathOf($"templates/{line.GetProperty("template").GetString()}.jinja") is not null).ToList();
        if (tokenizers.Count == 0 || marked.Count == 0) Assert.Skip($"{file}: no tokenizer, or no marked conversation, is here");
        var compared = 0;
        foreach (var directory in tokenizers)
        {
            var tokenizer = TokenizerFile.Load(directory);
            var bytesOf = BytesOf(directory);
            foreach (var line in marked)
            {
                var template = line.GetProperty("template").GetString()!;
                var renderer = ChatRenderers.ForFile(ConformanceCases.PathOf($"templates/{template}.jinja")!);
                var kwargs = line.GetProperty("kwargs").EnumerateObject().ToDictionary(argument => argument.Name, argument => argument.Value);
                var conversation = new Conversation
                {
                    Messages = Conversation.Turns(line.GetProperty("messages"), "messages"),
                    Tools = kwargs.Remove("tools", out var tools) ? Conversation.Objects(tools, "tools") : null,
                    Documents = kwargs.Remove("documents", out var documents) ? Conversation.Objects(documents, "documents") : null,
                    Arguments = kwargs.Count > 0 ? JsonSerializer.Serialize(kwargs) : null,
                };
                var example = new ExampleEncoder(tokenizer, renderer, PromptTemplate.Chat, null) { AssistantOnly = true }.Conversation("x", conversation);
                var text = line.GetProperty("expected").GetString()!;
                Assert.Equal(tokenizer.Encode(text), example.CompletionIds);
                if (bytesOf is null) continue;
                compared++;
                Assert.Equal(Expected(text, line.GetProperty("generation_spans"), example.CompletionIds, bytesOf), example.Learned);
            }
        }

        Assert.True(compared > 0, "nothing was compared");
    }

    private static List<bool> Expected(string text, JsonElement spans, IReadOnlyList<int> ids, IReadOnlyDictionary<int, int> bytesOf)
    {
        var runes = text.EnumerateRunes().ToList();
        var touched = new List<bool>(); // each byte of the text: whether its character is marked
        for (var i = 0; i < runes.Count; i++)
            touched.AddRange(Enumerable.Repeat(spans.EnumerateArray().Any(span => i >= span[0].GetInt32() && i < span[1].GetInt32()), runes[i].Utf8SequenceLength));
        var (expected, at) = (new List<bool>(), 0);
        foreach (var id in ids)
        {
            expected.Add(touched.GetRange(at, bytesOf[id]).Contains(true));
            at += bytesOf[id];
        }

        Assert.Equal(touched.Count, at);
        return expected;
    }

    // Bytes of each token; null for a tokenizer that is not byte-level.
    private static Dictionary<int, int>? BytesOf(string directory)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, TokenizerFile.FileName)));
        if (!json.RootElement.GetProperty("decoder").GetRawText().Contains("ByteLevel", StringComparison.Ordinal)) return null;
        var bytes = json.RootElement.GetProperty("model").GetProperty("vocab").EnumerateObject().ToDictionary(token => token.Value.GetInt32(), token => token.Name.EnumerateRunes().Count());
        foreach (var added in json.RootElement.GetProperty("added_tokens").EnumerateArray()) bytes[added.GetProperty("id").GetInt32()] = Encoding.UTF8.GetByteCount(added.GetProperty("content").GetString()!);
        return bytes;
    }
}
