namespace SafetyGate.Core.Language;

/// <summary>One turn of a conversation, under the field's usual roles.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">The text of the turn.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>A turn of the user.</summary>
    public static ChatMessage User(string content) => new("user", content);

    /// <summary>A turn of the model.</summary>
    public static ChatMessage Assistant(string content) => new("assistant", content);

    /// <summary>The instruction before a conversation.</summary>
    public static ChatMessage System(string content) => new("system", content);
}
