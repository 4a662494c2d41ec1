using System.Text.Json;
using SafetyGate.Core.Language;

namespace SafetyGate.Models.Chat;

/// <summary>
/// Parts of a turn that are seen or heard: images, sound, films, files. Many templates pass over them or write a mark in their place, and
/// the model, which reads text alone, would answer another question than the one that was asked.
/// </summary>
internal static class SeenParts
{
    private static readonly string[] Kinds = ["image", "audio", "video", "file"];

    /// <summary>The type of the first such part; <c>null</c> if there is none.</summary>
    public static string? Of(IEnumerable<ChatMessage> turns) =>
        turns.Where(turn => turn.Json is not null).Select(turn => turn.ToJson()).Where(turn => turn.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array)
            .SelectMany(turn => turn.GetProperty("content").EnumerateArray()).Select(TypeOf)
            .FirstOrDefault(type => type is not null && Kinds.Any(kind => type == kind || type == $"input_{kind}" || type == $"{kind}_url"));

    private static string? TypeOf(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
}
