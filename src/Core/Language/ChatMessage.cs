using System.Text.Json;

namespace SafetyGate.Core.Language;

/// <summary>One turn of a conversation, under the field's usual roles.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">The text of the turn.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>
    /// The whole turn as JSON where it holds more than a role and a text (calls of tools, parts, reasoning …); <c>null</c> otherwise.
    /// </summary>
    public string? Json { get; init; }

    /// <summary>A turn of the user.</summary>
    public static ChatMessage User(string content) => new("user", content);

    /// <summary>A turn of the model.</summary>
    public static ChatMessage Assistant(string content) => new("assistant", content);

    /// <summary>The instruction before a conversation.</summary>
    public static ChatMessage System(string content) => new("system", content);

    /// <summary>
    /// The turn of a JSON object with <c>role</c> and <c>content</c>; the content may be a list of parts, or be missing where the turn
    /// calls tools or holds reasoning. Members keep their order.
    /// </summary>
    /// <exception cref="FormatException">It is not one; the message has the reason.</exception>
    public static ChatMessage Read(JsonElement turn)
    {
        if (turn.ValueKind != JsonValueKind.Object) throw new FormatException("is not an object with role and content");
        var role = turn.TryGetProperty("role", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : "";
        if (string.IsNullOrWhiteSpace(role))
            throw new FormatException($"has no text under \"role\"{(turn.TryGetProperty("from", out _) ? "; it has \"from\": rename \"from\" to \"role\" and \"value\" to \"content\"" : "")}");
        var has = turn.TryGetProperty("content", out var content) && content.ValueKind != JsonValueKind.Null;
        var isPlain = has && content.ValueKind == JsonValueKind.String && turn.EnumerateObject().Count() == 2;
        return new(role, Text(turn, has, content)) { Json = isPlain ? null : JsonSerializer.Serialize(turn) };
    }

    /// <summary>The turn as JSON, as <see cref="Read"/> reads it.</summary>
    public JsonElement ToJson() => Json is null
        ? JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["role"] = Role, ["content"] = Content })
        : JsonSerializer.Deserialize<JsonElement>(Json);

    private static string Text(JsonElement turn, bool has, JsonElement content)
    {
        if (!has)
            return turn.EnumerateObject().Any(member => member.Name is not ("role" or "content") && member.Value.ValueKind != JsonValueKind.Null)
                ? "" : throw new FormatException("has no text under \"content\"");
        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Join('\n', content.EnumerateArray().Select(Part).OfType<string>()),
            var kind => throw new FormatException($"has a \"content\" of kind {kind}; it must be a text or a list of parts"),
        };
    }

    // The text of a part; null for an image or another part without one.
    private static string? Part(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.String => part.GetString(),
        JsonValueKind.Object => part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null,
        _ => throw new FormatException("has a part of its \"content\" that is neither an object nor a text"),
    };
}
