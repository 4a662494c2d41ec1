using System.Text.Json;
using Microsoft.Extensions.AI;
using SafetyGate.Core.Language;
using Ai = Microsoft.Extensions.AI;

namespace SafetyGate.Harness.Endpoints;

/// <summary>A conversation in the terms of a chat client: its turns, and the members of the request beside them.</summary>
internal static class ConversationRequest
{
    /// <summary>A turn; one that holds more than a text carries its JSON, which is sent as it is.</summary>
    public static Ai.ChatMessage Message(Core.Language.ChatMessage message) =>
        new(new ChatRole(message.Role), message.Content) { RawRepresentation = message.Json is null ? null : message.ToJson() };

    /// <summary>Members of the request for tools, documents, the template's variables and an answer that is begun already.</summary>
    public static IEnumerable<(string Name, object Value)> Properties(Conversation conversation, ChatSettings settings)
    {
        if (conversation.Tools is { } tools) yield return ("tools", Element(tools));
        if (conversation.Documents is { } documents) yield return ("documents", Element(documents));
        var arguments = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var given in new[] { settings.Arguments, conversation.Arguments }.OfType<string>())
            foreach (var argument in Element(given).EnumerateObject()) arguments[argument.Name] = argument.Value;
        if (arguments.Count > 0) yield return ("chat_template_kwargs", arguments);
        if (conversation.Last.Role != "assistant") yield break;
        yield return ("add_generation_prompt", false);
        yield return ("continue_final_message", true);
    }

    private static JsonElement Element(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
