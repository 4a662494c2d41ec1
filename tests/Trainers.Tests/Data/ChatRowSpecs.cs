using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Tests.Sft;

namespace SafetyGate.Trainers.Tests.Data;

/// <summary>Rows in the forms of TRL's conversational datasets, and which of their tokens are learnt.</summary>
public sealed class ChatRowSpecs : IDisposable
{
    private const string TwoRounds = """{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "de"}]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_messages_the_last_turn_is_learnt_or_every_turn_of_the_assistant()
    {
        var last = Read(TwoRounds, new() { Path = "", Messages = "messages" });
        Assert.Equal(("<s>s</s><u>a</u><a>b</a><u>c</u><a>", "de</a>"), (Letters.Text(last.PromptIds), Letters.Text(last.CompletionIds)));
        Assert.Equal("de</a>", Learned(last));
        var all = Read(TwoRounds, new() { Path = "", Messages = "messages" }, assistantOnly: true);
        Assert.Equal("<s>s</s><u>a</u><a>b</a><u>c</u><a>de</a>", Letters.Text(all.CompletionIds));
        Assert.Equal("b</a>de</a>", Learned(all));
        Assert.Equal(Learned(all), Learned(all, completionOnly: false)); // the marks hold whatever the other setting says
        var open = Read("""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]}""", new() { Path = "", Messages = "messages" }, assistantOnly: true);
        Assert.Equal("b</a>", Learned(open));
    }

    [Fact]
    public void A_text_that_ends_itself_has_one_end_token()
    {
        var encoder = Letters.Encoder();
        foreach (var completion in new[] { "b", "b\u0002" }) Assert.Equal(['b', Letters.Eos], encoder.PromptCompletion("row", "a", completion).CompletionIds);
        foreach (var text in new[] { "ab", "ab\u0002" }) Assert.Equal([Letters.Bos, 'a', 'b', Letters.Eos], encoder.Text("row", text).CompletionIds);
    }

    [Fact]
    public void A_prompt_and_a_completion_may_be_lists_of_turns()
    {
        const string Row = """{"prompt": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}], "completion": [{"role": "assistant", "content": "d"}, {"role": "tool", "content": "e"}, {"role": "assistant", "content": "f"}]}""";
        var file = new DataFile { Path = "", Prompt = "prompt", Completion = "completion" };
        Assert.Equal("d</a><t>e</t><a>f</a>", Learned(Read(Row, file)));
        Assert.Equal("d</a>f</a>", Learned(Read(Row, file, assistantOnly: true)));
        Assert.Equal("b</a>d</a>f</a>", Learned(Read(Row, file, assistantOnly: true), completionOnly: false));
        Assert.Equal("b</a>", Learned(Read("""{"prompt": "a", "completion": "b"}""", file, assistantOnly: true)));
    }

    [Fact]
    public void Tools_a_system_prompt_and_characters_of_two_units_reach_the_template()
    {
        var example = Read("""{"messages": [{"role": "user", "content": "😀"}, {"role": "assistant", "content": "😀!"}], "tools": "[{\"name\": \"f\"}]"}""", new() { Path = "", Messages = "messages", SystemPrompt = "be" }, assistantOnly: true);
        Assert.Equal("[[{\"name\":\"f\"}]]<s>be</s><u>😀</u><a>😀!</a>", Letters.Text(example.CompletionIds));
        Assert.Equal("😀!</a>", Learned(example));
        var named = new DataFile { Path = "", Messages = "messages", Tools = "functions" };
        Assert.StartsWith("[[{}]]", Letters.Text(Read("""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "functions": [{}]}""", named).PromptIds), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}""", false, "d.jsonl:1: the last of the messages is of role 'user'")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}""", true, "d.jsonl:1: assistant_only_loss is on, but the chat template marks nothing of this conversation")]
    [InlineData("""{"messages": [{"role": "user", "content": "forbidden"}, {"role": "assistant", "content": "b"}]}""", false, "d.jsonl:1: the template says no")]
    [InlineData("""{"messages": [{"role": "user", "content": "forbidden"}, {"role": "assistant", "content": "b"}]}""", true, "d.jsonl:1: the template says no")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}, {"from": "gpt", "value": "b"}]}""", false, "d.jsonl:1: messages[1] has no text under \"role\"; it has \"from\": rename")]
    [InlineData("""{"messages": "why"}""", false, "d.jsonl:1: messages is a text that is not JSON.")]
    [InlineData("""{"messages": [{"role": "user", "content": "\ud800"}]}""", false, "line 1: a string holds half of a surrogate pair")]
    [InlineData("""{"message": []}""", false, "d.jsonl:1: there is no \"messages\"; the row has \"message\". Did you mean \"message\"?")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "tools": 7}""", false, "d.jsonl:1: tools is not a list of objects.")]
    public void A_row_that_cannot_be_learnt_is_refused_with_its_line(string row, bool assistantOnly, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => Read(row, new() { Path = "", Messages = "messages" }, assistantOnly));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
    }

    [Fact]
    public void Forms_that_do_not_go_together_are_refused()
    {
        var pair = new DataFile { Path = "", Prompt = "prompt", Completion = "completion" };
        Assert.Contains("\"prompt\" is a list of turns and \"completion\" is not", Refused("""{"prompt": [{"role": "user", "content": "a"}], "completion": "b"}""", pair), StringComparison.Ordinal);
        Assert.Contains("assistant_only_loss needs conversations", Refused("""{"text": "a"}""", new() { Path = "", Text = "text" }, assistantOnly: true), StringComparison.Ordinal);
        Assert.Contains("begins with a system turn of its own", Refused(TwoRounds, new() { Path = "", Messages = "messages", SystemPrompt = "x" }), StringComparison.Ordinal);
        Assert.Contains("there is no \"functions\"", Refused(TwoRounds, new() { Path = "", Messages = "messages", Tools = "functions" }), StringComparison.Ordinal);
        var unmarked = new ExampleEncoder(new Letters(), new Letters.Tags(marks: false), PromptTemplate.Chat, Letters.Eos) { AssistantOnly = true };
        Assert.Contains("A template tells it with {% generation %}", Assert.Throws<UserErrorException>(() => unmarked.PromptCompletion("x", "a", "b")).Message, StringComparison.Ordinal);
        var plain = new ExampleEncoder(new Letters(), null, PromptTemplate.Plain, Letters.Eos) { AssistantOnly = true };
        Assert.Contains("nothing tells the assistant's turns", Assert.Throws<UserErrorException>(() => plain.PromptCompletion("x", "a", "b")).Message, StringComparison.Ordinal);
    }

    // A model with a chat template: rows of conversations would be put with it although the recipe says that texts are plain.
    [Fact]
    public void Conversations_are_refused_where_texts_are_plain()
    {
        const string Said = "d.jsonl:1: holds messages, which are written with the model's chat template, and the template is \"plain\". Say \"chat\", or give texts.";
        Assert.EndsWith(Said, Plain(TwoRounds, new() { Path = "", Messages = "messages" }), StringComparison.Ordinal);
        Assert.EndsWith(Said, Plain("""{"prompt": [{"role": "user", "content": "a"}], "completion": [{"role": "assistant", "content": "b"}]}""", new() { Path = "", Prompt = "prompt", Completion = "completion" }), StringComparison.Ordinal);
        var pairs = new PreferenceFile { Path = _folder.Write("d.jsonl", """{"prompt": [{"role": "user", "content": "a"}], "chosen": [{"role": "assistant", "content": "b"}], "rejected": [{"role": "assistant", "content": "c"}]}""") };
        Assert.EndsWith(Said, Assert.Throws<UserErrorException>(() => pairs.Read(Letters.Encoder())).Message, StringComparison.Ordinal);

        string Plain(string row, DataFile file) => Assert.Throws<UserErrorException>(() => (file with { Path = _folder.Write("d.jsonl", row) }).Read(Letters.Encoder())).Message;
    }

    [Fact]
    public void A_prompt_of_an_item_ends_where_the_model_speaks()
    {
        var encoder = Letters.Encoder(PromptTemplate.Chat);
        BenchmarkItem item = new() { Id = "i", Prompt = "a" };
        Assert.Equal("<u>a</u><a>", Letters.Text(encoder.Prompt(item)));
        var begun = item with { Conversation = new() { Messages = [ChatMessage.System("s"), ChatMessage.User("a"), ChatMessage.Assistant("b")] } };
        Assert.Equal("<s>s</s><u>a</u><a>b", Letters.Text(encoder.Prompt(begun)));
        Assert.Contains("Item 'i' is a conversation", Assert.Throws<UserErrorException>(() => Letters.Encoder().Prompt(begun)).Message, StringComparison.Ordinal);
        Assert.Contains("Item 'i': the template says no", Assert.Throws<UserErrorException>(() => encoder.Prompt(item with { Conversation = Conversation.Of("forbidden") })).Message, StringComparison.Ordinal);
    }

    private string Refused(string row, DataFile file, bool assistantOnly = false) =>
        Assert.Throws<UserErrorException>(() => Read(row, file, assistantOnly)).Message;

    private TokenExample Read(string row, DataFile file, bool assistantOnly = false) =>
        Assert.Single((file with { Path = _folder.Write("d.jsonl", row) }).Read(Letters.Encoder(PromptTemplate.Chat, assistantOnly)));

    private static string Learned(TokenExample example, bool completionOnly = true) =>
        Letters.Text(TokenRow.Of(example, completionOnly).Labels.Where(label => label != TokenRow.Ignored));
}
