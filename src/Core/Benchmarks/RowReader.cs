using System.Globalization;
using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Benchmarks;

/// <summary>Takes the fields of an item out of one row, with the types they must have.</summary>
internal sealed class RowReader(BenchmarkRecord row, IReadOnlyDictionary<string, IReadOnlyList<string>> columns, string source)
{
    /// <summary>A text that must be there and not be blank.</summary>
    public string Required(string field, bool numbers) =>
        Text(field, numbers) is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw At($"the {field} ({Where(field)}) is missing or empty; every item needs one.");

    /// <summary>A text, or null when the field is not mapped, missing or null.</summary>
    public string? Text(string field, bool numbers)
    {
        if (!columns.TryGetValue(field, out var names)) return null;
        var parts = new List<string>();
        foreach (var name in names)
        {
            if (!row.Fields.TryGetValue(name, out var value) || value.Kind == "null") continue;
            if (value.Kind != "string" && !(numbers && value.Kind == "number"))
                throw At($"the {field} (column '{name}') is a JSON {value.Kind}; it must be a string{(numbers ? " or a number" : "")}.");
            if (value.Text.Length > 0) parts.Add(value.Text);
        }

        return parts.Count > 0 ? string.Join(' ', parts) : null;
    }

    /// <summary>A whole number, or null when there is none.</summary>
    public int? Integer(string field)
    {
        if (Text(field, numbers: true) is not { } text) return null;
        return int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw At($"the {field} ({Where(field)}) is '{text}'; it must be a whole number. To leave the column out, map nothing to it: {field}=");
    }

    /// <summary>
    /// The conversation of a row: its messages, or a prompt that is a list of turns, with tools, documents and variables of the template;
    /// <c>null</c> for a row of one text alone.
    /// </summary>
    /// <param name="system">System prompt of the suite, if any.</param>
    public Conversation? Conversation(string? system)
    {
        var (messages, prompt) = (Value("messages"), Value("prompt"));
        if (messages is not null && prompt is not null)
            throw At($"there are both a prompt ({Where("prompt")}) and messages ({Where("messages")}). Leave one column out: map nothing to it (messages=), or another field.");
        var turns = messages is not null ? Read("messages", value => Language.Conversation.Turns(value, "the list"))
            : prompt is { ValueKind: JsonValueKind.Array } ? Read("prompt", value => Language.Conversation.Turns(value, "the list")) : null;
        var (tools, documents) = (Read("tools", value => Language.Conversation.Objects(value, "the value")), Read("documents", value => Language.Conversation.Objects(value, "the value")));
        var arguments = Read("chat_template_kwargs", value => Language.Conversation.ArgumentsOf(value, "the value"));
        if (turns is null && tools is null && documents is null && arguments is null && system is null) return null;
        var conversation = new Conversation { Messages = turns ?? [ChatMessage.User(Required("prompt", numbers: false))], Tools = tools, Documents = documents, Arguments = arguments };
        if (conversation.WhyUnanswerable() is { } why) throw At($"the messages ({Where(messages is null ? "prompt" : "messages")}): {why}.");
        try
        {
            return system is null ? conversation : conversation.WithSystem(system);
        }
        catch (FormatException e)
        {
            throw At($"the suite has a system prompt, and of this row {e.Message}. Leave one of them out.");
        }
    }

    /// <summary>The user's last turn of a conversation, which must be there and not be blank.</summary>
    public string Question(Conversation conversation) =>
        conversation.Question is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw At("the prompt is missing or empty: no turn of the user with a text; every item needs one.");

    private T? Read<T>(string field, Func<JsonElement, T?> read) where T : class
    {
        if (Value(field) is not { } value) return null;
        try
        {
            if (JsonBounds.Small.Problem(Encoding.UTF8.GetBytes(value.GetRawText())) is { } problem) throw new FormatException(problem);
            return read(value);
        }
        catch (FormatException e)
        {
            throw At($"the {field} ({Where(field)}) is a JSON {Kind(value)} that cannot be taken: {e.Message}{(field == "prompt" ? "" : $". To leave the column out, map nothing to it: {field}=")}");
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind.ToString().ToLowerInvariant();

    // A field of one column that holds something; several columns make one text.
    private JsonElement? Value(string field)
    {
        if (!columns.TryGetValue(field, out var names) || names.Count == 0) return null;
        if (names.Count > 1)
            return field == "prompt" ? Text(field, numbers: false) is { } joined ? JsonSerializer.SerializeToElement(joined) : null
                : throw At($"the {field} ({Where(field)}) has several columns; it must have one.");
        if (!row.Fields.TryGetValue(names[0], out var value) || value.Kind == "null") return null;
        return value.Json ?? (value.Kind == "string" ? JsonSerializer.SerializeToElement(value.Text)
            : field == "prompt" ? JsonSerializer.SerializeToElement(Required(field, numbers: false)) // refused, for it is no text
            : throw At($"the {field} ({Where(field)}) is a JSON {value.Kind}. To leave the column out, map nothing to it: {field}="));
    }

    private string Where(string field) =>
        columns.TryGetValue(field, out var names) && names.Count > 0 ? $"column '{string.Join("+", names)}'" : "no column";

    private UserErrorException At(string what) => new(Invariant($"{source}, line {row.Line}: {what}"));
}
