using System.Text.Json;
using SafetyGate.Core.Language;

namespace SafetyGate.Cli.JsonLines;

/// <summary>Reads the <c>messages</c> of a case.</summary>
internal static class ChatMessages
{
    public static IReadOnlyList<ChatMessage> Read(JsonElement @case)
    {
        if (!@case.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
            throw new UserErrorException("\"messages\" is missing or empty; it must be a list of {\"role\", \"content\"}.");
        return [.. messages.EnumerateArray().Select(message => new ChatMessage(message.RequiredText("role"), message.RequiredText("content")))];
    }
}
