using System.Globalization;
using System.Text.Json;
using SafetyGate.Models.Chat;

namespace SafetyGate.Cli.JsonLines;

/// <summary>Reads the conversation of a case.</summary>
internal static class ChatMessages
{
    public static ChatRequest Read(JsonElement @case, bool addGenerationPrompt)
    {
        if (!@case.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0 ||
            messages.EnumerateArray().Any(message => message.ValueKind != JsonValueKind.Object))
            throw new UserErrorException("\"messages\" is missing or empty; it must be a list of {\"role\", \"content\"}.");
        return new ChatRequest
        {
            Messages = messages,
            AddGenerationPrompt = addGenerationPrompt,
            ContinueFinalMessage = @case.Flag("continue_final_message"),
            Tools = List(@case, "tools"),
            Documents = List(@case, "documents"),
            Arguments = Arguments(@case),
            Now = Now(@case.Text("now")),
            Template = @case.Text("chat_template"),
        };
    }

    /// <summary>The same as a prompt: an answer begins after the last turn, or goes on with it when that is the assistant's.</summary>
    public static ChatRequest ReadPrompt(JsonElement @case)
    {
        var request = Read(@case, addGenerationPrompt: false);
        var last = request.Messages[request.Messages.GetArrayLength() - 1].Text("role") == "assistant";
        return request with { AddGenerationPrompt = !last, ContinueFinalMessage = last };
    }

    private static JsonElement? List(JsonElement @case, string name) =>
        !@case.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Array ? value
        : throw new UserErrorException($"\"{name}\" must be a list or null.");

    private static Dictionary<string, JsonElement> Arguments(JsonElement @case)
    {
        var arguments = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (!@case.TryGetProperty("kwargs", out var given) || given.ValueKind == JsonValueKind.Null) return arguments;
        if (given.ValueKind != JsonValueKind.Object) throw new UserErrorException("\"kwargs\" must be an object: the template's variables by name.");
        foreach (var argument in given.EnumerateObject()) arguments[argument.Name] = argument.Value;
        return arguments;
    }

    private static DateTimeOffset? Now(string? text)
    {
        if (text is null) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var now) ? now
            : throw new UserErrorException($"\"now\" is '{text}'; it must be a date and time such as 2025-07-10T12:00:00.");
    }
}
