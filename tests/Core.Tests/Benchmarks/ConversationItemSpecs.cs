using System.Text;
using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Core.Tests.Benchmarks;

public sealed class ConversationItemSpecs
{
    private static Benchmark Read(string text, string name = "b.jsonl", string? columns = null, string? system = null) => BenchmarkFile.Parse(Encoding.UTF8.GetBytes(text), name, new()
    {
        Direction = MetricDirection.Safety,
        Columns = columns is null ? ColumnMapping.Default : ColumnMapping.Parse(columns),
        SystemPrompt = system,
    });

    private static string Said(Benchmark benchmark) => string.Join('|', benchmark.Items[0].AsChat().Messages!.Select(turn => $"{turn.Role}: {turn.Content}"));

    [Theory]
    [InlineData("b.jsonl", """{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]}""")]
    [InlineData("b.jsonl", """{"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]}""")]
    [InlineData("b.csv", "messages\n\"[{\"\"role\"\": \"\"system\"\", \"\"content\"\": \"\"s\"\"}, {\"\"role\"\": \"\"user\"\", \"\"content\"\": \"\"a\"\"}, {\"\"role\"\": \"\"assistant\"\", \"\"content\"\": \"\"b\"\"}, {\"\"role\"\": \"\"user\"\", \"\"content\"\": \"\"c\"\"}]\"\n")]
    public void A_row_of_messages_is_put_with_all_its_turns(string name, string text)
    {
        var benchmark = Read(text, name);
        Assert.Equal("system: s|user: a|assistant: b|user: c", Said(benchmark));
        Assert.Equal("c", benchmark.Items[0].Prompt);
        Assert.Contains("Item '1' is a conversation", Assert.Throws<UserErrorException>(() => benchmark.Items[0].AsPlain()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_question_is_the_same_item_however_it_is_written()
    {
        var plain = Read("""{"prompt": "a"}""");
        Assert.Equal(plain.Digest, Read("""{"messages": [{"role": "user", "content": "a"}]}""").Digest);
        Assert.Null(Read("""{"messages": [{"role": "user", "content": "a"}], "tools": []}""").Items[0].Conversation);
    }

    [Fact]
    public void Whatever_a_conversation_holds_decides_the_digest()
    {
        const string Turns = """[{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}, {"role": "user", "content": "a"}]""";
        string[] rows =
        [
            """{"prompt": "a"}""", $$"""{"messages": {{Turns}}}""", $$"""{"messages": {{Turns.Replace("\"y\"", "\"z\"", StringComparison.Ordinal)}}}""",
            $$"""{"messages": {{Turns}}, "tools": [{"name": "f"}]}""", $$"""{"messages": {{Turns}}, "documents": [{"title": "t"}]}""", """{"messages": TURNS, "chat_template_kwargs": {"enable_thinking": false}}""".Replace("TURNS", Turns, StringComparison.Ordinal),
            """{"prompt": "a", "tools": [{"name": "f"}]}""",
        ];
        Assert.Equal(rows.Length, rows.Select(row => Read(row).Digest).Distinct().Count());
    }

    [Fact]
    public void A_system_prompt_of_the_suite_stands_before_every_item_and_makes_it_another_benchmark()
    {
        var plain = Read("""{"prompt": "a"}""");
        var told = Read("""{"prompt": "a"}""", system: "be brief");
        Assert.Equal("system: be brief|user: a", Said(told));
        Assert.Equal(told.Digest, plain.WithSystemPrompt("be brief").Digest);
        Assert.Equal(3, new[] { plain.Digest, told.Digest, plain.WithSystemPrompt("be kind").Digest }.Distinct().Count());
        Assert.Contains("item '1': it begins with a system turn of its own", Assert.Throws<UserErrorException>(() => told.WithSystemPrompt("again")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => plain.WithSystemPrompt(" "));
    }

    [Theory]
    [InlineData("""{"prompt": "a", "messages": [{"role": "user", "content": "b"}]}""", "line 1: there are both a prompt (column 'prompt') and messages (column 'messages')")]
    [InlineData("""{"messages": [{"role": "user", "content": "b"}, {"role": "robot"}]}""", "line 1: the messages (column 'messages') is a JSON array that cannot be taken: the list[1] has no text under \"content\"")]
    [InlineData("""{"messages": [{"role": "system", "content": "b"}]}""", "line 1: the messages (column 'messages'): the last turn is of role 'system'")]
    [InlineData("""{"messages": [{"role": "assistant", "content": "b"}]}""", "line 1: the prompt is missing or empty: no turn of the user")]
    [InlineData("""{"messages": 7}""", "line 1: the messages (column 'messages') is a JSON number. To leave the column out, map nothing to it: messages=")]
    [InlineData("""{"prompt": "a", "tools": "hammer"}""", "line 1: the tools (column 'tools') is a JSON string that cannot be taken: the value is a text that is not JSON. To leave the column out, map nothing to it: tools=")]
    [InlineData("""{"prompt": "a", "tools": [1]}""", "is not a list of objects")]
    [InlineData("""{"prompt": "a", "chat_template_kwargs": {"messages": 1}}""", "names 'messages'")]
    [InlineData("""{"messages": [{"role": "user", "content": ["\ud800"]}]}""", "half of a surrogate pair")]
    public void A_row_that_is_no_conversation_is_refused_with_its_line(string row, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => Read(row));
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_mapped_to_nothing_is_not_read() =>
        Assert.Null(Read("""{"prompt": "a", "tools": "hammer", "messages": "note"}""", columns: "tools=,messages=").Items[0].Conversation);

    [Fact]
    public void The_pool_of_suites_keeps_the_conversations()
    {
        var pool = Benchmark.Pool("p", Read("""{"prompt": "a"}""", system: "s"));
        Assert.Equal("system: s|user: a", Said(pool));
    }
}
