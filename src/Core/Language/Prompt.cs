namespace SafetyGate.Core.Language;

/// <summary>
/// Input of a model: either a conversation, rendered with the model's own chat template, or plain text to be continued.
/// </summary>
public sealed record Prompt
{
    private Prompt(string id, string? text, IReadOnlyList<ChatMessage>? messages)
    {
        if (string.IsNullOrWhiteSpace(id))
            throw new ArgumentException("A prompt has no id; every prompt needs one, unique in its benchmark.", nameof(id));
        (Id, Text, Messages) = (id, text, messages);
    }

    /// <summary>Name of the prompt, unique within a request; seeds are derived from it and results are keyed by it.</summary>
    public string Id { get; }

    /// <summary>Plain text to be continued without a template; <c>null</c> for a conversation.</summary>
    public string? Text { get; }

    /// <summary>The conversation, oldest turn first; <c>null</c> for plain text.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; }

    /// <summary>A conversation that the model's chat template renders.</summary>
    /// <exception cref="ArgumentException">No messages.</exception>
    public static Prompt Chat(string id, params IReadOnlyList<ChatMessage> messages) =>
        messages.Count > 0
            ? new(id, null, messages)
            : throw new ArgumentException($"Prompt '{id}' has no messages; it needs at least one.", nameof(messages));

    /// <summary>A conversation of one user turn.</summary>
    public static Prompt User(string id, string content) => Chat(id, ChatMessage.User(content));

    /// <summary>Text to continue verbatim, without a chat template.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static Prompt Plain(string id, string text) =>
        text.Length > 0
            ? new(id, text, null)
            : throw new ArgumentException($"Prompt '{id}' is empty; there is nothing to continue.", nameof(text));
}
