using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Text;

/// <summary>Reads the JSON object that a chat model was asked for, with or without a fence around it.</summary>
internal static class ChatJson
{
    /// <summary>What is read of the object; <c>null</c> if the answer holds none.</summary>
    public static T? Read<T>(string answer, Func<JsonElement, T?> read) where T : class
    {
        var (first, last) = (answer.IndexOf('{', StringComparison.Ordinal), answer.LastIndexOf('}'));
        if (first < 0 || last < first) return null;
        var utf8 = Encoding.UTF8.GetBytes(answer[first..(last + 1)]);
        try
        {
            if (JsonBounds.Small.Problem(utf8) is not null) return null;
            using var document = JsonDocument.Parse(utf8);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
