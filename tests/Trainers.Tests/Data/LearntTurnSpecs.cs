using SafetyGate.Core;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Tests.Sft;

namespace SafetyGate.Trainers.Tests.Data;

/// <summary>
/// Turns that other trainers would not learn, turns without anything in them, and members that tables fill with null
/// (axolotl-ai-cloud/axolotl#1703, huggingface/transformers#45422, huggingface/trl#5376).
/// </summary>
public sealed class LearntTurnSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"role": "assistant", "content": "b", "weight": 0}""", "a turn of the assistant has \"weight\": 0, which asks not to learn it")]
    [InlineData("""{"role": "assistant", "content": "b", "weight": 0.5}""", "has \"weight\": 0.5")]
    [InlineData("""{"role": "assistant", "content": "b", "train": false}""", "has \"train\": false")]
    [InlineData("""{"role": "assistant", "content": "b", "training": false}""", "has \"training\": false")]
    [InlineData("""{"role": "assistant", "content": ""}""", "a turn of the assistant is empty")]
    [InlineData("""{"role": "assistant", "content": "", "tool_calls": null, "name": "x"}""", "a turn of the assistant is empty")]
    public void A_turn_that_is_not_to_be_learnt_is_refused_where_it_would_be(string turn, string says)
    {
        var last = $$"""{"messages": [{"role": "user", "content": "a"}, {{turn}}]}""";
        var earlier = $$"""{"messages": [{"role": "user", "content": "a"}, {{turn}}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]}""";
        var completion = $$"""{"prompt": [{"role": "user", "content": "a"}], "completion": [{{turn}}]}""";
        var prompt = $$"""{"prompt": [{"role": "user", "content": "a"}, {{turn}}, {"role": "user", "content": "c"}], "completion": [{"role": "assistant", "content": "d"}]}""";
        foreach (var (row, columns, all) in ((string, DataFile, bool)[])[(last, Messages, false), (last, Messages, true), (earlier, Messages, true), (completion, Columns, false)])
        {
            var error = Assert.Throws<UserErrorException>(() => Read(row, columns, all));
            Assert.StartsWith("d.jsonl:1: ", error.Message[error.Message.IndexOf("d.jsonl", StringComparison.Ordinal)..], StringComparison.Ordinal);
            Assert.Contains(says, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("d</a>", Text(Read(earlier, Messages, false).CompletionIds)); // it is before what is learnt
        Assert.Equal("d</a>", Text(Read(prompt, Columns, false).CompletionIds));
    }

    [Theory]
    [InlineData("""{"role": "assistant", "content": "b", "weight": 1}"""), InlineData("""{"role": "assistant", "content": "b", "weight": 1.0, "train": true, "training": null}""")]
    [InlineData("""{"role": "assistant", "content": "b", "tool_calls": null, "weight": null}""")]
    public void A_turn_that_says_it_is_learnt_is_learnt(string turn) =>
        Assert.Equal("b</a>", Text(Read($$"""{"messages": [{"role": "user", "content": "a", "tool_calls": null}, {{turn}}]}""", Messages, false).CompletionIds));

    [Fact]
    public void Both_sides_of_a_preference_are_held_to_it()
    {
        _folder.Write("p.jsonl", """{"prompt": [{"role": "user", "content": "a"}], "chosen": [{"role": "assistant", "content": "b"}], "rejected": [{"role": "assistant", "content": "c", "weight": 0}]}""" + "\n");
        Assert.Contains("has \"weight\": 0", Assert.Throws<UserErrorException>(() => new PreferenceFile { Path = _folder.File("p.jsonl") }.Read(Letters.Encoder(PromptTemplate.Chat))).Message, StringComparison.Ordinal);
    }

    // A turn of a call has no text, or null, and a template asks which.
    [Fact]
    public void Members_that_are_null_are_left_out_and_a_content_stays()
    {
        using var row = System.Text.Json.JsonDocument.Parse("""{"messages": [{"role": "user", "content": "a", "tool_calls": null, "name": null}, {"content": null, "role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {"x": null}}}], "reasoning": null}]}""");
        var turns = ConversationColumns.Turns(new JsonlRow("d.jsonl:1", row.RootElement), "messages");
        Assert.Null(turns[0].Json);
        Assert.Equal("""{"content":null,"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"x":null}}}]}""", turns[1].Json);
    }

    [Fact]
    public void Rows_in_a_table_of_another_form_are_named()
    {
        File.WriteAllBytes(_folder.File("d.jsonl"), [.. "PAR1"u8, 0x15, 4]);
        Assert.EndsWith("d.jsonl is a Parquet file; only text is read. Write it as JSON Lines.", Assert.Throws<UserErrorException>(() => (Messages with { Path = _folder.File("d.jsonl") }).Read(Letters.Encoder())).Message, StringComparison.Ordinal);
    }

    private static DataFile Messages => new() { Path = "", Messages = "messages" };

    private static DataFile Columns => new() { Path = "", Prompt = "prompt", Completion = "completion" };

    private static string Text(IReadOnlyList<int> ids) => Letters.Text(ids);

    private TokenExample Read(string row, DataFile columns, bool assistantOnly) =>
        Assert.Single((columns with { Path = _folder.Write("d.jsonl", row + "\n") }).Read(Letters.Encoder(PromptTemplate.Chat, assistantOnly)));
}
