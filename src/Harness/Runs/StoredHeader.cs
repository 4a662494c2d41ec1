using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Runs;

/// <summary>The header of stored responses or of a stored KL measurement: a JSON object, read as untrusted data.</summary>
internal static class StoredHeader
{
    /// <summary>Reads a header.</summary>
    /// <exception cref="UserErrorException">The file cannot be read or is too long.</exception>
    /// <exception cref="JsonException">It is not one JSON object within the bounds.</exception>
    public static JsonObject Read(string path)
    {
        var utf8 = BoundedFile.WithoutMark(BoundedFile.Read(path, StrictJson.MaximumBytes)).Span;
        if (JsonBounds.Result.Problem(utf8) is { } problem) throw new JsonException(problem);
        return JsonNode.Parse(utf8, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject
            ?? throw new JsonException("it is not a JSON object.");
    }
}
