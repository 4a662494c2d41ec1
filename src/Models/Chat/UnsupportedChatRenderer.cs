using SafetyGate.Core.Language;

namespace SafetyGate.Models.Chat;

/// <summary>
/// Placeholder for a chat template that cannot be rendered yet. A model with one loads and continues plain text; a conversation is refused.
/// </summary>
internal sealed class UnsupportedChatRenderer(string source, string template) : IChatRenderer
{
    public string Digest { get; } = ChatRenderers.DigestOf(template);

    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt) =>
        throw new UserErrorException($"{source}: this chat template is not supported yet (only that of the pocket models is); give the model plain text instead of a conversation.");
}
