using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Trainers.Data;

/// <summary>One line of a JSON Lines file.</summary>
/// <param name="Source">File and line, for messages: <c>train.jsonl:17</c>.</param>
/// <param name="Json">The object on it.</param>
internal sealed record JsonlRow(string Source, JsonElement Json)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// The objects of a file, one a line; empty lines are skipped. Lines end with <c>\n</c> only: texts hold U+0085 and U+2028.
    /// </summary>
    /// <exception cref="UserErrorException">The file cannot be read, is not UTF-8, or a line is not a JSON object; the message names the
    /// line.</exception>
    public static IEnumerable<JsonlRow> Read(string path)
    {
        using var file = BoundedFile.Open(path);
        var name = Path.GetFileName(path);
        foreach (var line in BoundedLines.Read(file))
        {
            if (line.Number == 1 && PackedFile.Refusal(line.Utf8.Span) is { } packed) throw new UserErrorException($"{path} {packed}");
            if (line.IsTooLong) throw new UserErrorException(Invariant($"{path}: line {line.Number} has more than {BoundedLines.Longest:N0} bytes; no more of a line are read."));
            if (Parse(path, line.Number, line.Utf8.Span) is { } json)
                yield return new JsonlRow(Invariant($"{name}:{line.Number}"), json);
        }
    }

    /// <summary>A text under a key.</summary>
    /// <exception cref="UserErrorException">The key is missing (the keys there are listed) or holds something else.</exception>
    public string Text(string key) => Json.TryGetProperty(key, out var value)
        ? value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new UserErrorException($"{Source}: \"{key}\" is of kind {value.ValueKind}; it must be a text.")
        : throw Missing(key);

    /// <summary>A value under a key; <c>null</c> when it is missing or null.</summary>
    public JsonElement? Value(string key) =>
        Json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The columns there are, for messages.</summary>
    public string Columns => string.Join(", ", Json.EnumerateObject().Select(column => $"\"{column.Name}\""));

    /// <summary>There is no such column.</summary>
    public UserErrorException Missing(string key) => new($"{Source}: there is no \"{key}\"; the row has {Columns}.{Nearest(key)} Name the right column in the recipe's data.");

    private string Nearest(string key) => NearestName.Of(key, Json.EnumerateObject().Select(field => field.Name)) is { Length: > 0 } near
        ? $" Did you mean \"{near}\"?" : "";

    private static JsonElement? Parse(string path, int line, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = StrictUtf8.GetString(bytes);
            if (string.IsNullOrWhiteSpace(text)) return null;
            JsonBounds.Small.Require(bytes, Invariant($"{path}: line {line}"));
            using var document = JsonDocument.Parse(text, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new UserErrorException(Invariant($"{path}: line {line} is a JSON {document.RootElement.ValueKind}; each line must be one object."));
        }
        catch (DecoderFallbackException e)
        {
            throw new UserErrorException(Invariant($"{path}: line {line} is not UTF-8. Save the file as UTF-8."), e);
        }
        catch (JsonException e)
        {
            throw new UserErrorException(Invariant($"{path}: line {line} {JsonFault.Sentence(bytes, e)}."), e);
        }
    }
}
