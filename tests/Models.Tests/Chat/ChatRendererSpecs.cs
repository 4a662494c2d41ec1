using System.Security.Cryptography;
using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Models.Chat;

namespace SafetyGate.Models.Tests.Chat;

public sealed class ChatRendererSpecs : IDisposable
{
    private const string Turns = "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_conversation_is_rendered_with_the_special_tokens_of_the_config()
    {
        folder.Write("chat_template.jinja", Turns);
        folder.Write("tokenizer_config.json", """{"bos_token":{"content":"<s>","lstrip":false},"eos_token":"</s>","additional_special_tokens":["<a>",{"content":"<b>"}],"image_token":"<i>"}""");
        var renderer = ChatRenderers.For(folder.Path)!;
        Assert.Equal("<s>[system]be brief[user]hi[assistant]", renderer.Render([ChatMessage.System("be brief"), ChatMessage.User("hi")], addGenerationPrompt: true));
        Assert.Equal("<s>[user]hi", renderer.Render([ChatMessage.User("hi")], addGenerationPrompt: false));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Turns))), renderer.Digest);
        var tokens = ChatRenderers.SpecialTokens(folder.Path);
        Assert.Equal("</s>", tokens["eos_token"].GetString());
        Assert.Equal(["<a>", "<b>"], tokens["additional_special_tokens"].Deserialize<string[]>()!);
        Assert.Equal("<i>", tokens["image_token"].GetString());
    }

    // As transformers reads them: the map is of older directories, which have no added_tokens_decoder.
    [Theory, InlineData("", "<other>", null), InlineData(""","added_tokens_decoder":{"1":{"content":"<s>","special":true}}""", "<s>", "</s>")]
    public void The_map_of_special_tokens_wins_where_the_config_has_no_added_tokens(string decoder, string bos, string? eos)
    {
        folder.Write("chat_template.jinja", Turns);
        folder.Write("tokenizer_config.json", $$"""{"bos_token":"<s>","eos_token":"</s>"{{decoder}}}""");
        folder.Write("special_tokens_map.json", """{"bos_token":"<other>","eos_token":null}""");
        Assert.StartsWith(bos + "[user]hi", ChatRenderers.For(folder.Path)!.Render([ChatMessage.User("hi")], addGenerationPrompt: false), StringComparison.Ordinal);
        Assert.Equal(eos, ChatRenderers.SpecialTokens(folder.Path).TryGetValue("eos_token", out var token) ? token.GetString() : null);
    }

    [Fact]
    public void The_message_of_a_template_that_refuses_reaches_the_user()
    {
        folder.Write("chat_template.jinja", "{{ raise_exception('Only \"user\" may speak, not ' ~ messages[0].role) }}");
        var error = Assert.Throws<UserErrorException>(() => ChatRenderers.For(folder.Path)!.Render([ChatMessage.System("x")], addGenerationPrompt: true));
        Assert.EndsWith("refuses this conversation: Only \"user\" may speak, not system", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(Path.Combine(folder.Path, "chat_template.jinja"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_cannot_be_read_is_refused_when_it_is_used()
    {
        folder.Write("tokenizer_config.json", """{"chat_template":"a\n{% if x %}"}""");
        var renderer = ChatRenderers.For(folder.Path)!;
        var error = Assert.Throws<UserErrorException>(() => renderer.Render([ChatMessage.User("x")], addGenerationPrompt: true));
        Assert.Contains("cannot be rendered: unexpected end of template: the tag 'if' of line 2 is not closed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_templates_the_default_counts_or_the_one_for_tools()
    {
        folder.Write("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"T{{ tools|length }}"},{"name":"default","template":"D"}]}""");
        Directory.CreateDirectory(Path.Combine(folder.Path, "additional_chat_templates"));
        folder.Write("additional_chat_templates/rag.jinja", "R{{ documents[0].title }}");
        var renderer = ChatRenderers.For(folder.Path)!;
        var request = new ChatRequest { Messages = Json("""[{"role":"user","content":"x"}]""") };
        Assert.Equal("D", renderer.Render(request).Text);
        Assert.Equal("T1", renderer.Render(request with { Tools = Json("[{}]") }).Text);
        Assert.Equal("Rt", renderer.Render(request with { Template = "rag", Documents = Json("""[{"title":"t"}]""") }).Text);
        var error = Assert.Throws<UserErrorException>(() => renderer.Render(request with { Template = "chat" }));
        Assert.Contains("no chat template named 'chat'; there are 'default', 'rag', 'tool_use'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_default_template_one_must_be_named()
    {
        folder.Write("tokenizer_config.json", """{"chat_template":{"tool_use":"T"}}""");
        var error = Assert.Throws<UserErrorException>(() => ChatRenderers.For(folder.Path)!.Render([ChatMessage.User("x")], addGenerationPrompt: true));
        Assert.Contains("no chat template named 'default'; there are 'tool_use'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_wins_over_a_processors_file_and_that_over_the_config_and_that_over_a_processors_settings_and_no_template_is_none()
    {
        Assert.Null(ChatRenderers.For(folder.Path));
        folder.Write("tokenizer_config.json", "{}");
        Assert.Null(ChatRenderers.For(folder.Path));
        foreach (var (file, text) in new[] { ("processor_config.json", "older processor"), ("tokenizer_config.json", "config"), ("chat_template.json", "processor"), ("chat_template.jinja", "file") })
        {
            folder.Write(file, file.EndsWith(".json", StringComparison.Ordinal) ? $$"""{"chat_template":"{{text}}"}""" : text);
            Assert.Equal(text, ChatRenderers.For(folder.Path)!.Render([ChatMessage.User("x")], addGenerationPrompt: true));
        }
    }

    [Theory, InlineData("{"), InlineData("[]"), InlineData("{\"chat_template\":1}"), InlineData("{\"chat_template\":\"\\ud800\"}"), InlineData("{\"chat_template\":[{\"name\":\"default\"}]}"),
     InlineData("{\"chat_template\":[{\"name\":\"a\",\"template\":\"x\"},{\"name\":\"a\",\"template\":\"y\"}]}"), InlineData("{\"chat_template\":\"x\",\"bos_token\":7}")]
    public void A_malformed_tokenizer_config_is_refused(string json)
    {
        folder.Write("tokenizer_config.json", json);
        Assert.Contains("tokenizer_config.json", Assert.Throws<UserErrorException>(() => ChatRenderers.For(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_bare_template_the_json_beside_it_gives_the_special_tokens()
    {
        folder.Write("own.jinja", Turns);
        folder.Write("own.json", """{"special_tokens":{"bos_token":"<b>"}}""");
        Assert.Equal("<b>[user]x", ChatRenderers.ForFile(Path.Combine(folder.Path, "own.jinja")).Render([ChatMessage.User("x")], addGenerationPrompt: false));
    }

    [Theory]
    [InlineData("{{ m.content }}", "say:  so ", "<s>[user]hi[assistant]say:  so ")]
    [InlineData("{{ m.content | trim }}", "say:  so ", "<s>[user]hi[assistant]say:  so")]
    [InlineData("{{ m.content }}{% if m.role == 'assistant' %}{{ eos }}{% endif %}", "so", "<s>[user]hi[assistant]so")]
    public void The_last_turn_is_continued_where_its_text_ends(string body, string text, string expected)
    {
        folder.Write("chat_template.jinja", Turns.Replace("{{ m.content }}", body, StringComparison.Ordinal));
        folder.Write("tokenizer_config.json", """{"bos_token":"<s>"}""");
        var renderer = ChatRenderers.For(folder.Path)!;
        var begun = new Conversation { Messages = [ChatMessage.User("hi"), ChatMessage.Assistant(text)] };
        Assert.Equal(expected, renderer.RenderPrompt(begun));
        var parts = begun with { Messages = [begun.Messages[0], ChatMessage.Read(Json("""{"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "image"}]}"""))] };
        Assert.Contains("CONTINUE_FINAL_MESSAGE_TAG", ContinuedTurn.Marked(parts.Last.ToJson()).GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("<s>[user]hi[assistant]", renderer.RenderPrompt(Conversation.Of("hi")));
    }

    [Fact]
    public void A_last_turn_that_cannot_be_continued_is_refused()
    {
        folder.Write("chat_template.jinja", "{{ messages[0].content }}");
        var renderer = ChatRenderers.For(folder.Path)!;
        var begun = new Conversation { Messages = [ChatMessage.User("hi"), ChatMessage.Assistant("so")] };
        Assert.Contains("the last turn cannot be continued", Assert.Throws<UserErrorException>(() => renderer.RenderPrompt(begun)).Message, StringComparison.Ordinal);
        var calls = begun with { Messages = [begun.Messages[0], ChatMessage.Read(Json("""{"role": "assistant", "tool_calls": []}"""))] };
        Assert.Contains("has no text that the answer could continue", Assert.Throws<UserErrorException>(() => renderer.RenderPrompt(calls)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_marked_ends_where_the_turn_is_continued()
    {
        folder.Write("chat_template.jinja", "{% for m in messages %}<{{ m.role }}>{% generation %}{{ m.content }}.{% endgeneration %}{% endfor %}");
        var begun = new Conversation { Messages = [ChatMessage.User("😀"), ChatMessage.Assistant("so")] };
        var rendered = ChatRenderers.For(folder.Path)!.Render(begun, ChatEnding.InLastTurn);
        Assert.Equal(("<user>😀.<assistant>so", "(6, 8) (19, 21)"), (rendered.Text, string.Join(' ', rendered.GenerationSpans)));
    }

    [Fact]
    public void Tools_documents_and_variables_reach_the_template_and_those_of_a_conversation_win()
    {
        folder.Write("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"T{{ tools | tojson }}{{ mood }}"},{"name":"default","template":"D{{ documents }}{{ mood }}{{ kind }}"}]}""");
        var plain = ChatRenderers.For(folder.Path)!;
        var set = plain.With(ChatSettings.Of(null, new() { ["mood"] = "glad", ["kind"] = 1 }));
        var asked = Conversation.Of("hi");
        Assert.Equal("DNoneglad1", set.RenderPrompt(asked));
        Assert.Equal("DNonesad1", set.RenderPrompt(asked with { Arguments = """{"mood":"sad"}""" }));
        Assert.Equal("""T[{"b": 1, "a": 2}]glad""", set.RenderPrompt(asked with { Tools = """[{"b":1,"a":2}]""" }));
        Assert.StartsWith("D", plain.With(ChatSettings.Of("default", null)).RenderPrompt(asked with { Tools = "[{}]" }), StringComparison.Ordinal);
        Assert.NotEqual(plain.Digest, set.Digest);
        Assert.Same(plain, plain.With(ChatSettings.Default));
        Assert.Contains("no chat template named 'rag'; there are 'default', 'tool_use'", Assert.Throws<UserErrorException>(() => plain.With(ChatSettings.Of("rag", null))).Message, StringComparison.Ordinal);
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
