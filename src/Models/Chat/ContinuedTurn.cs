using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Models.Chat.Templates;

namespace SafetyGate.Models.Chat;

/// <summary>
/// The last turn of a conversation that is to be continued. As transformers does it, its text gets a mark at its end, and the rendered text
/// is cut where the mark comes out; a template that strips the text's end strips what stands before the mark too.
/// </summary>
internal static class ContinuedTurn
{
    // Templates that move the content look for this mark.
    private const string Mark = "CONTINUE_FINAL_MESSAGE_TAG ";

    /// <summary>The turn with the mark at the end of its text, or of its last part that is a text.</summary>
    /// <exception cref="UserErrorException">The turn has no text.</exception>
    public static JsonElement Marked(JsonElement turn)
    {
        var marked = JsonObject.Create(turn)!;
        if (marked["content"] is JsonArray parts)
        {
            for (var i = parts.Count - 1; i >= 0; i--)
            {
                if (parts[i] is JsonObject part && Text(part["text"]) is { } words) part["text"] = words + Mark;
                else if (Text(parts[i]) is { } bare) parts[i] = bare + Mark;
                else continue;
                return marked.Deserialize<JsonElement>();
            }
        }

        if (Text(marked["content"]) is not { } text) throw new UserErrorException("The last turn is the assistant's and has no text that the answer could continue; leave it out, or give it one.");
        marked["content"] = text + Mark;
        return marked.Deserialize<JsonElement>();
    }

    /// <summary>The text up to the mark; <c>null</c> when the template did not write it.</summary>
    public static RenderedChat? Cut(RenderedChat rendered)
    {
        var at = rendered.Text.LastIndexOf(Mark.TrimEnd(), StringComparison.Ordinal);
        if (at < 0) return null;
        var text = rendered.Text[..at];
        if (string.CompareOrdinal(rendered.Text, at, Mark, 0, Mark.Length) != 0) text = text.TrimEnd();
        var length = CodePoints.Length(text);
        return new(text, [.. rendered.GenerationSpans.Where(span => span.Start < length).Select(span => (span.Start, Math.Min(span.End, length)))]);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
