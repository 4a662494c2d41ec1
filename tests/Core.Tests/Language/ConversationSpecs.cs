using System.Text.Json;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Tests.Language;

public sealed class ConversationSpecs
{
    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    [Fact]
    public void A_plain_turn_is_a_role_and_a_text_and_any_other_keeps_its_json()
    {
        var turns = Conversation.Turns(Json("""[{"role": "user", "content": "a"}, {"role": "assistant", "content": null, "tool_calls": [{"name": "f"}]}, {"role": "tool", "content": "7", "name": "f"}, {"content": [{"type": "text", "text": "x"}, {"type": "image"}, "y"], "role": "user"}]"""), "messages");
        Assert.Equal([("user", "a"), ("assistant", ""), ("tool", "7"), ("user", "x\ny")], turns.Select(turn => (turn.Role, turn.Content)));
        Assert.Null(turns[0].Json);
        Assert.Equal("""{"role":"assistant","content":null,"tool_calls":[{"name":"f"}]}""", turns[1].Json);
        Assert.All(turns, turn => Assert.Equal(turn, ChatMessage.Read(turn.ToJson())));
        Assert.StartsWith("""{"content":""", turns[3].ToJson().GetRawText(), StringComparison.Ordinal); // members keep their order
    }

    [Theory]
    [InlineData("""[]""", "messages is missing or not a list of turns")]
    [InlineData("""{"role": "user"}""", "messages is missing or not a list of turns")]
    [InlineData("""["a"]""", "messages[0] is not an object with role and content")]
    [InlineData("""[{"role": "user", "content": "a"}, {"role": "user"}]""", "messages[1] has no text under \"content\"")]
    [InlineData("""[{"content": "a"}]""", "messages[0] has no text under \"role\"")]
    [InlineData("""[{"role": " ", "content": "a"}]""", "messages[0] has no text under \"role\"")]
    [InlineData("""[{"from": "human", "value": "a"}]""", "rename \"from\" to \"role\"")]
    [InlineData("""[{"role": "user", "content": 7}]""", "messages[0] has a \"content\" of kind Number")]
    [InlineData("""[{"role": "user", "content": [7]}]""", "messages[0] has a part of its \"content\"")]
    [InlineData("\"oops\"", "messages is a text that is not JSON")]
    [InlineData("\"[{\\\"role\\\": \\\"user\\\", \\\"content\\\": \\\"\\\\ud800\\\"}]\"", "half of a surrogate pair")]
    public void What_is_no_conversation_is_refused_with_the_turn(string messages, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Conversation.Turns(Json(messages), "messages")).Message, StringComparison.Ordinal);

    [Fact]
    public void Tools_and_variables_may_be_texts_of_json_and_empty_ones_are_none()
    {
        Assert.Equal("""[{"b":1,"a":2}]""", Conversation.Objects(Json("\"[{\\\"b\\\": 1, \\\"a\\\": 2}]\""), "tools")); // order decides what a template writes
        Assert.Null(Conversation.Objects(Json("[]"), "tools"));
        Assert.Null(Conversation.Objects(Json("null"), "tools"));
        Assert.Equal("""{"enable_thinking":false}""", Conversation.ArgumentsOf(Json("""{"enable_thinking": false}"""), "kwargs"));
        Assert.Null(Conversation.ArgumentsOf(Json("{}"), "kwargs"));
        Assert.Contains("not a list of objects", Assert.Throws<FormatException>(() => Conversation.Objects(Json("[1]"), "tools")).Message, StringComparison.Ordinal);
        Assert.Contains("names 'messages'", Assert.Throws<FormatException>(() => Conversation.ArgumentsOf(Json("""{"messages": []}"""), "kwargs")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_are_part_of_a_templates_digest_only_when_something_is_set()
    {
        Assert.Equal("d", ChatSettings.Default.DigestWith("d"));
        Assert.Equal("d", ChatSettings.Of(null, []).DigestWith("d"));
        var thinking = ChatSettings.Of(null, new() { ["enable_thinking"] = true });
        Assert.NotEqual("d", thinking.DigestWith("d"));
        Assert.NotEqual(thinking.DigestWith("d"), ChatSettings.Of(null, new() { ["enable_thinking"] = false }).DigestWith("d"));
        Assert.NotEqual(thinking.DigestWith("d"), ChatSettings.Of("rag", new() { ["enable_thinking"] = true }).DigestWith("d"));
        Assert.Contains("names 'tools'", Assert.Throws<UserErrorException>(() => ChatSettings.Of(null, new() { ["tools"] = 1 })).Message, StringComparison.Ordinal);
        Assert.Contains("blank", Assert.Throws<UserErrorException>(() => ChatSettings.Of(" ", null)).Message, StringComparison.Ordinal);
    }
}
