using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using SafetyGate.Core.Language;
using Ai = Microsoft.Extensions.AI;

namespace SafetyGate.Harness.Endpoints;

/// <summary>A conversation in the terms of a chat client: its turns, and the members of the request beside them.</summary>
internal static class ConversationRequest
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// A turn; one that holds more than a text carries its JSON, which is sent as it is, but for the arguments of calls: data sets have them as
    /// objects, servers ask for a text of JSON and refuse objects.
    /// </summary>
    public static Ai.ChatMessage Message(Core.Language.ChatMessage message) =>
        new(new ChatRole(message.Role), message.Content) { RawRepresentation = message.Json is null ? null : Sent(message.ToJson()) };

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

    private static JsonElement Sent(JsonElement turn)
    {
        if (!turn.TryGetProperty("tool_calls", out var given) || given.ValueKind != JsonValueKind.Array) return turn;
        var changed = JsonObject.Create(turn)!;
        foreach (var function in changed["tool_calls"]!.AsArray().OfType<JsonObject>().Select(call => call["function"] as JsonObject ?? call))
            if (function["arguments"] is JsonObject arguments) function["arguments"] = arguments.ToJsonString(Readable);
        return changed.Deserialize<JsonElement>();
    }

    private static JsonElement Element(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
