using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Models.Chat;

namespace SafetyGate.Models.Tests.Chat;

public sealed class ChatRendererSpecs : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pocket_conversations_are_separated_by_single_spaces()
    {
        folder.Write("chat_template.jinja", PocketChatRenderer.Template);
        var renderer = ChatRenderers.For(folder.Path)!;
        Assert.Equal("<bos> <user> hi there <asst>", renderer.Render([ChatMessage.User("hi there")], addGenerationPrompt: true));
        Assert.Equal("<bos> <user> hi there", renderer.Render([ChatMessage.User("hi there")], addGenerationPrompt: false));
        Assert.Equal("<bos> <user> a <asst> b <eos> <user> c <asst>", renderer.Render([ChatMessage.User("a"), ChatMessage.Assistant("b"), ChatMessage.User("c")], addGenerationPrompt: true));
        Assert.Equal(renderer.Digest, new PocketChatRenderer().Digest);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PocketChatRenderer.Template))), renderer.Digest);
    }

    [Fact]
    public void A_role_the_pocket_models_do_not_have_is_refused() =>
        Assert.Contains("role 'system'", Assert.Throws<UserErrorException>(() => new PocketChatRenderer().Render([ChatMessage.System("x")], addGenerationPrompt: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_template_is_recognized_whatever_its_white_space_and_digested_as_it_stands()
    {
        var spaced = PocketChatRenderer.Template.Replace("\n", "\r\n\t", StringComparison.Ordinal) + "\n";
        folder.Write("tokenizer_config.json", JsonSerializer.Serialize(new { chat_template = spaced }));
        var renderer = ChatRenderers.For(folder.Path)!;
        Assert.Equal("<bos> <user> x <asst>", renderer.Render([ChatMessage.User("x")], addGenerationPrompt: true));
        Assert.NotEqual(new PocketChatRenderer().Digest, renderer.Digest);
    }

    [Fact]
    public void A_template_that_is_not_supported_says_so_when_it_is_used()
    {
        folder.Write("tokenizer_config.json", """{"chat_template":[{"name":"tools","template":"T"},{"name":"default","template":"{{ messages }}"}]}""");
        var renderer = ChatRenderers.For(folder.Path)!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("{{ messages }}"u8)), renderer.Digest);
        var error = Assert.Throws<UserErrorException>(() => renderer.Render([ChatMessage.User("x")], addGenerationPrompt: true));
        Assert.Contains("this chat template is not supported yet", error.Message, StringComparison.Ordinal);
        Assert.Contains("plain text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_wins_over_the_config_and_no_template_is_none()
    {
        Assert.Null(ChatRenderers.For(folder.Path));
        folder.Write("tokenizer_config.json", "{}");
        Assert.Null(ChatRenderers.For(folder.Path));
        folder.Write("tokenizer_config.json", """{"chat_template":"other"}""");
        folder.Write("chat_template.jinja", PocketChatRenderer.Template);
        Assert.Equal(new PocketChatRenderer().Digest, ChatRenderers.For(folder.Path)!.Digest);
    }

    [Theory, InlineData("{"), InlineData("[]"), InlineData("{\"chat_template\":1}"), InlineData("{\"chat_template\":\"\\ud800\"}")]
    public void A_malformed_tokenizer_config_is_refused(string json)
    {
        folder.Write("tokenizer_config.json", json);
        Assert.Contains("tokenizer_config.json", Assert.Throws<UserErrorException>(() => ChatRenderers.For(folder.Path)).Message, StringComparison.Ordinal);
    }
}
