namespace SafetyGate.Core.Language;

/// <summary>
/// Input of a model: either a conversation, rendered with the model's own chat template, or plain text to be continued.
/// </summary>
public sealed record Prompt
{
    private Prompt(string id, string? text, Conversation? conversation)
    {
        if (string.IsNullOrWhiteSpace(id))
            throw new ArgumentException("A prompt has no id; every prompt needs one, unique in its benchmark.", nameof(id));
        (Id, Text, Conversation) = (id, text, conversation);
    }

    /// <summary>Name of the prompt, unique within a request; seeds are derived from it and results are keyed by it.</summary>
    public string Id { get; }

    /// <summary>Plain text to be continued without a template; <c>null</c> for a conversation.</summary>
    public string? Text { get; }

    /// <summary>
    /// The conversation; <c>null</c> for plain text. The model answers after its last turn, or goes on with that turn when it is the
    /// assistant's.
    /// </summary>
    public Conversation? Conversation { get; }

    /// <summary>The turns of the conversation, oldest first; <c>null</c> for plain text.</summary>
    public IReadOnlyList<ChatMessage>? Messages => Conversation?.Messages;

    /// <summary>A conversation that the model's chat template renders.</summary>
    /// <exception cref="ArgumentException">No messages.</exception>
    public static Prompt Chat(string id, params IReadOnlyList<ChatMessage> messages) =>
        messages.Count > 0
            ? new(id, null, new Conversation { Messages = messages })
            : throw new ArgumentException($"Prompt '{id}' has no messages; it needs at least one.", nameof(messages));

    /// <summary>A conversation with tools, documents or variables of the template.</summary>
    /// <exception cref="ArgumentException">No messages.</exception>
    public static Prompt Chat(string id, Conversation conversation) =>
        conversation.Messages.Count > 0
            ? new(id, null, conversation)
            : throw new ArgumentException($"Prompt '{id}' has no messages; it needs at least one.", nameof(conversation));

    /// <summary>A conversation of one user turn.</summary>
    public static Prompt User(string id, string content) => Chat(id, ChatMessage.User(content));

    /// <summary>Text to continue verbatim, without a chat template.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static Prompt Plain(string id, string text) =>
        text.Length > 0
            ? new(id, text, null)
            : throw new ArgumentException($"Prompt '{id}' is empty; there is nothing to continue.", nameof(text));
}
