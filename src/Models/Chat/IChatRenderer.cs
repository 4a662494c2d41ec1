using SafetyGate.Core.Language;

namespace SafetyGate.Models.Chat;

/// <summary>Writes a conversation as the one text that the model was trained to read.</summary>
public interface IChatRenderer
{
    /// <summary>
    /// SHA-256 of the template's text (UTF-8), lower-case hex; of several templates, of all their names and texts; with settings, of these
    /// too.
    /// </summary>
    string Digest { get; }

    /// <summary>A conversation as a text, special tokens included: encode it without adding any.</summary>
    /// <param name="conversation">The turns, and what else the template may read.</param>
    /// <param name="ending">Where the text ends.</param>
    /// <exception cref="UserErrorException">The template cannot be rendered, or refuses the conversation with its own message; or the last
    /// turn cannot be continued.</exception>
    RenderedChat Render(Conversation conversation, ChatEnding ending);
}
