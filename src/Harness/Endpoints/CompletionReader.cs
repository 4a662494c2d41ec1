using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using SafetyGate.Core.Language;
using Ai = Microsoft.Extensions.AI;

namespace SafetyGate.Harness.Endpoints;

/// <summary>Reads the JSON of answers. Nonconforming answers are refused, never guessed.</summary>
internal static class CompletionReader
{
    // created and permission of an entry change from call to call with some servers
    private static readonly string[] LastingFields = ["id", "root", "parent", "owned_by", "max_model_len", "meta"];

    /// <summary>Runs a reader and turns whatever it trips over into one message with the URL.</summary>
    /// <exception cref="EndpointException">The answer is JSON but does not conform to the API.</exception>
    public static T Checked<T>(string url, JsonElement root, Func<JsonElement, T> read, Func<string, string> printable)
    {
        try
        {
            return read(root);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or KeyNotFoundException) // a wrong kind of value, a string with half a surrogate pair, a member that is not there
        {
            var said = ErrorText(root);
            throw new EndpointException(
                $"{url} gave an answer that is no {(url.EndsWith("/models", StringComparison.Ordinal) ? "list of models" : "completion")}: {printable(e.Message)}{(said.Length > 0 ? $"; its error: {printable(said)}" : "")}",
                isTransient: false, e);
        }
    }

    /// <summary>The one choice of a completion.</summary>
    public static ChatResponse Completion(JsonElement root, bool isChat)
    {
        var choices = Member(root, "choices", JsonValueKind.Array);
        if (choices.GetArrayLength() != 1)
            throw new FormatException(Invariant($"it has {choices.GetArrayLength()} choices; 1 was requested"));
        var choice = choices[0];
        var reason = Optional(choice, "finish_reason", JsonValueKind.String)?.GetString();
        var holder = isChat ? Member(choice, "message", JsonValueKind.Object) : choice;
        var name = isChat ? "content" : "text";
        var text = Optional(holder, name, JsonValueKind.String)?.GetString()
            ?? throw new FormatException($"its choice has no text in '{name}' (finish_reason '{reason}')");
        var tokens = Optional(root, "usage", JsonValueKind.Object) is { } usage
            && Optional(usage, "completion_tokens", JsonValueKind.Number) is { } count && count.TryGetInt64(out var n) && n >= 0
            ? n
            : (long?)null;
        return new ChatResponse(new Ai.ChatMessage(ChatRole.Assistant, text))
        {
            ModelId = Optional(root, "model", JsonValueKind.String)?.GetString(),
            ResponseId = Optional(root, "id", JsonValueKind.String)?.GetString(),
            FinishReason = string.IsNullOrWhiteSpace(reason) ? null : new ChatFinishReason(ErrorWords.OneLine(reason)),
            Usage = new UsageDetails { OutputTokenCount = tokens },
        };
    }

    /// <summary>The entries of <c>/v1/models</c>, their lasting fields only.</summary>
    public static IReadOnlyList<JsonObject> Models(JsonElement root)
    {
        var models = new List<JsonObject>();
        foreach (var entry in Member(root, "data", JsonValueKind.Array).EnumerateArray())
        {
            _ = Member(entry, "id", JsonValueKind.String).GetString();
            var kept = new JsonObject();
            foreach (var field in LastingFields)
                if (entry.TryGetProperty(field, out var value)) kept[field] = JsonNode.Parse(value.GetRawText());
            models.Add(kept);
        }

        return models;
    }

    /// <summary>The words of an error's body: its message when it is JSON, else its beginning.</summary>
    public static string ErrorText(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (ErrorText(document.RootElement) is { Length: > 0 } message) return message;
        }
        catch (JsonException)
        {
            // plain text, or HTML
        }

        return System.Text.Encoding.UTF8.GetString(body);
    }

    private static string ErrorText(JsonElement root)
    {
        try
        {
            if (root.ValueKind != JsonValueKind.Object) return "";
            if (root.TryGetProperty("error", out var error))
                return error.ValueKind == JsonValueKind.String ? error.GetString()! : ErrorText(error);
            foreach (var name in new[] { "message", "detail" })
                if (root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String) return text.GetString()!;
            return "";
        }
        catch (InvalidOperationException)
        {
            return ""; // not text
        }
    }

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind) =>
        Optional(parent, name, kind) ?? throw new FormatException($"it has no '{name}'");

    private static JsonElement? Optional(JsonElement parent, string name, JsonValueKind kind)
    {
        if (parent.ValueKind != JsonValueKind.Object) throw new FormatException($"expected a JSON object, found {parent.ValueKind}");
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == kind ? value : throw new FormatException($"its '{name}' is a JSON {value.ValueKind}, not a {kind}");
    }
}
