using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Models.Chat.Templates;

namespace SafetyGate.Models.Chat;

/// <summary>
/// Turns in the form that a template reads: a content in parts, and the arguments of a call as an object or as JSON in a text, are both in use,
/// and most templates know one of the two. With the other they fail, leave the text out, or write it as Python or JSON prints it.
/// </summary>
/// <remarks>
/// The turns are put as they are given; only where that goes wrong in one of these ways are they put in the other form. Servers do the same by
/// looking at the template (vLLM: parts joined by line breaks, arguments always as objects).
/// </remarks>
internal static class TurnForms
{
    // [{'type': ' or ['text
    private const int BeginningOfList = 11;

    /// <summary>Renders turns in the first form that the template writes as text.</summary>
    /// <param name="source">Where the template comes from, for messages.</param>
    /// <param name="messages">A list of turns.</param>
    /// <param name="render">Renders turns.</param>
    /// <exception cref="UserErrorException">The template fails with every form, or writes none of them as text.</exception>
    public static RenderedChat Rendered(string source, JsonElement messages, Func<JsonElement, RenderedChat> render)
    {
        if (!JsonArray.Create(messages)!.OfType<JsonObject>().Any(turn => turn["content"] is JsonArray || Functions(turn).Any())) return render(messages);
        List<JsonElement> forms = [messages, .. Others(messages)];
        UserErrorException? first = null;
        (RenderedChat Chat, int Lost)? best = null;
        foreach (var form in forms)
        {
            try
            {
                var chat = render(form);
                if (IsGarbled(chat.Text, form)) continue;
                var lost = Texts(messages).Count(text => !chat.Text.Contains(text, StringComparison.Ordinal));
                if (best is null || lost < best.Value.Lost) best = (chat, lost);
                if (lost == 0) break;
            }
            catch (UserErrorException e)
            {
                first ??= e;
            }
        }

        return best?.Chat ?? throw first ?? new UserErrorException($"{source}: the chat template writes contents in parts, or arguments of calls, as the code of a list or an object and not as text; give contents as texts.");
    }

    // Parts joined, arguments in their other form, and both.
    private static IEnumerable<JsonElement> Others(JsonElement messages)
    {
        var (joined, turned) = (Changed(messages, Join), Changed(messages, Turn));
        if (joined is { } parts) yield return parts;
        if (turned is { } calls) yield return calls;
        if (joined is { } some && turned is not null && Changed(some, Turn) is { } both) yield return both;
    }

    private static JsonElement? Changed(JsonElement messages, Func<JsonObject, bool> change)
    {
        var turns = JsonArray.Create(messages)!;
        var changed = false;
        foreach (var turn in turns.OfType<JsonObject>()) changed |= change(turn);
        return changed ? turns.Deserialize<JsonElement>() : null;
    }

    private static bool Join(JsonObject turn)
    {
        if (turn["content"] is not JsonArray { Count: > 0 } parts || parts.Any(part => TextOf(part) is null)) return false;
        turn["content"] = string.Join('\n', parts.Select(TextOf));
        return true;
    }

    private static bool Turn(JsonObject turn)
    {
        var changed = false;
        foreach (var function in Functions(turn))
        {
            if (function["arguments"] is JsonObject given) function["arguments"] = PythonJson.Write(PythonJson.Read(given.Deserialize<JsonElement>()), null, null, sortKeys: false, ensureAscii: false);
            else if (Plain(function["arguments"]) is { } text && Parsed(text) is { } read) function["arguments"] = read;
            else continue;
            changed = true;
        }

        return changed;
    }

    private static IEnumerable<JsonObject> Functions(JsonObject turn) =>
        (turn["tool_calls"] as JsonArray ?? []).OfType<JsonObject>().Select(call => call["function"] as JsonObject ?? call);

    // What the turns say in parts. Blanks at the ends are the template's affair.
    private static IEnumerable<string> Texts(JsonElement messages) =>
        JsonArray.Create(messages)!.OfType<JsonObject>().SelectMany(turn => turn["content"] as JsonArray ?? []).Select(part => TextOf(part)?.Trim()).OfType<string>().Where(text => text.Length > 0);

    // A list or an object as Python prints it, or a text of JSON as JSON writes it once more. Of a list the beginning: the text may end within it.
    private static bool IsGarbled(string text, JsonElement form)
    {
        foreach (var turn in JsonArray.Create(form)!.OfType<JsonObject>())
        {
            if (turn["content"] is JsonArray { Count: > 0 } parts && Printed(parts) is var list && text.Contains(list[..Math.Min(BeginningOfList, list.Length - 2)], StringComparison.Ordinal)) return true;
            foreach (var function in Functions(turn))
            {
                if (function["arguments"] is JsonObject { Count: > 0 } given && text.Contains(Printed(given), StringComparison.Ordinal)) return true;
                if (Plain(function["arguments"]) is { } said && Parsed(said) is { Count: > 0 } && text.Contains(PythonJson.Write(said, null, null, sortKeys: false, ensureAscii: false), StringComparison.Ordinal)) return true;
            }
        }

        return false;
    }

    private static string Printed(JsonNode value) => PythonText.Repr(PythonJson.Read(value.Deserialize<JsonElement>()));

    // A part that is a text, or an object of one.
    private static string? TextOf(JsonNode? part) =>
        part is JsonObject named ? (Plain(named["type"]) is null or "text" ? Plain(named["text"]) : null) : Plain(part);

    private static string? Plain(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
