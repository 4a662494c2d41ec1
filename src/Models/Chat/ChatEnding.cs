using SafetyGate.Core.Language;

namespace SafetyGate.Models.Chat;

/// <summary>Where a rendered conversation ends.</summary>
public enum ChatEnding
{
    /// <summary>After its last turn, as in training.</summary>
    AfterLastTurn,

    /// <summary>Where the assistant's next turn begins (<c>add_generation_prompt</c>).</summary>
    GenerationPrompt,

    /// <summary>In the last turn, behind its text, so that the model goes on with it (<c>continue_final_message</c>).</summary>
    InLastTurn,
}

/// <summary>Renders what is asked often.</summary>
public static class ChatRendering
{
    /// <summary>The text of plain turns, special tokens included: encode it without adding any.</summary>
    /// <param name="renderer">The renderer.</param>
    /// <param name="messages">The turns, oldest first.</param>
    /// <param name="addGenerationPrompt">Whether the text ends where the assistant's next turn begins.</param>
    /// <exception cref="UserErrorException">As for <see cref="IChatRenderer.Render"/>.</exception>
    public static string Render(this IChatRenderer renderer, IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt) =>
        renderer.Render(new Conversation { Messages = messages }, addGenerationPrompt ? ChatEnding.GenerationPrompt : ChatEnding.AfterLastTurn).Text;

    /// <summary>
    /// The text after which the model answers: where its next turn begins, or in the last turn when that is the assistant's.
    /// </summary>
    /// <exception cref="UserErrorException">As for <see cref="IChatRenderer.Render"/>.</exception>
    public static string RenderPrompt(this IChatRenderer renderer, Conversation conversation) =>
        renderer.Render(conversation, conversation.Last.Role == "assistant" ? ChatEnding.InLastTurn : ChatEnding.GenerationPrompt).Text;
}
