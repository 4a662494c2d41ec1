using SafetyGate.Core.Language;

namespace SafetyGate.Models.Chat;

/// <summary>Writes a conversation as the one text that the model was trained to read.</summary>
public interface IChatRenderer
{
    /// <summary>SHA-256 of the template's text (UTF-8), lower-case hex; of several templates, of all their names and texts.</summary>
    string Digest { get; }

    /// <summary>The text of a conversation, special tokens included: encode it without adding any.</summary>
    /// <param name="messages">The turns, oldest first.</param>
    /// <param name="addGenerationPrompt">Whether the text ends where the assistant's next turn begins.</param>
    /// <exception cref="UserErrorException">The template cannot be rendered, or refuses the conversation with its own message.</exception>
    string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt);
}
