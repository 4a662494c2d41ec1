using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Language;

/// <summary>The turns that a chat template renders, with what else it may read. The forms are those of TRL's conversational datasets.</summary>
public sealed record Conversation
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>The turns, oldest first; at least one.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Schemas of functions the model may call: the text of a JSON list; <c>null</c> for none.</summary>
    public string? Tools { get; init; }

    /// <summary>Documents to answer from: the text of a JSON list of objects; <c>null</c> for none.</summary>
    public string? Documents { get; init; }

    /// <summary>
    /// Variables of the template for this conversation (<c>enable_thinking</c> …), which win over those of the run: the text of a JSON
    /// object; <c>null</c> for none.
    /// </summary>
    public string? Arguments { get; init; }

    /// <summary>The last turn.</summary>
    public ChatMessage Last => Messages[^1];

    /// <summary>The text of the user's last turn; <c>null</c> when there is none.</summary>
    public string? Question => Messages.LastOrDefault(message => message.Role == "user")?.Content;

    /// <summary>Whether it is one plain turn of the user and nothing else.</summary>
    public bool IsOneQuestion =>
        Messages is [{ Role: "user", Json: null }] && Tools is null && Documents is null && Arguments is null;

    /// <summary>A conversation of one user turn.</summary>
    public static Conversation Of(string question) => new() { Messages = [ChatMessage.User(question)] };

    /// <summary>The turns of a JSON list, or of a text that holds one.</summary>
    /// <param name="messages">The list.</param>
    /// <param name="name">What to call it in messages, such as <c>messages</c>.</param>
    /// <exception cref="FormatException">It is no list of turns; the message has the turn and the reason.</exception>
    public static IReadOnlyList<ChatMessage> Turns(JsonElement messages, string name)
    {
        var list = Parsed(messages, name);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            throw new FormatException($"{name} is missing or not a list of turns; it must be a list of objects with role and content");
        return [.. list.EnumerateArray().Select((turn, i) =>
        {
            try
            {
                return ChatMessage.Read(turn);
            }
            catch (FormatException e)
            {
                throw new FormatException(Invariant($"{name}[{i}] {e.Message}"), e);
            }
        })];
    }

    /// <summary>Tools or documents: the text of a JSON list of objects, or of a text that holds one; <c>null</c> for null and for an empty
    /// list.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static string? Objects(JsonElement value, string name)
    {
        var list = Parsed(value, name);
        if (list.ValueKind == JsonValueKind.Null) return null;
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(element => element.ValueKind != JsonValueKind.Object))
            throw new FormatException($"{name} is not a list of objects");
        return list.GetArrayLength() == 0 ? null : JsonSerializer.Serialize(list);
    }

    /// <summary>Variables of the template: the text of a JSON object, or of a text that holds one; <c>null</c> for null and for none.</summary>
    /// <exception cref="FormatException">It is something else, or names a variable that is not the caller's to give.</exception>
    public static string? ArgumentsOf(JsonElement value, string name)
    {
        var given = Parsed(value, name);
        if (given.ValueKind == JsonValueKind.Null) return null;
        if (given.ValueKind != JsonValueKind.Object) throw new FormatException($"{name} is not an object of the template's variables by name");
        if (given.EnumerateObject().Select(member => member.Name).FirstOrDefault(ChatSettings.Reserved.Contains) is { } taken)
            throw new FormatException($"{name} names '{taken}', which has a place of its own; it takes the template's own variables, such as enable_thinking");
        return given.EnumerateObject().Any() ? JsonSerializer.Serialize(given) : null;
    }

    /// <summary>The same conversation under an instruction.</summary>
    /// <exception cref="FormatException">It begins with an instruction of its own.</exception>
    public Conversation WithSystem(string instruction) => Messages[0].Role is "system" or "developer"
        ? throw new FormatException("it begins with a system turn of its own")
        : this with { Messages = [ChatMessage.System(instruction), .. Messages] };

    /// <summary>Why no answer can be asked for after the last turn; <c>null</c> if one can.</summary>
    public string? WhyUnanswerable() => Last.Role is "user" or "tool" or "assistant" or "ipython"
        ? null
        : $"the last turn is of role '{Last.Role}'; a prompt ends with a turn of the user or of a tool, or with the beginning of an answer (assistant)";

    /// <summary>Everything in it as one text, for digests; equal texts render alike.</summary>
    public string Text() => JsonSerializer.Serialize(
        new[] { JsonSerializer.Serialize(Messages.Select(message => message.ToJson())), Tools, Documents, Arguments });

    // TRL's data sets hold tools as a text of JSON, for their tables have no free form.
    private static JsonElement Parsed(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String) return value;
        var text = value.GetString()!;
        try
        {
            if (JsonBounds.Small.Problem(Encoding.UTF8.GetBytes(text)) is { } problem) throw new FormatException($"{name}: {problem}");
            using var document = JsonDocument.Parse(text, Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new FormatException($"{name} is a text that is not JSON", e);
        }
    }
}
