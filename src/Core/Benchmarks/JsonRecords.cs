using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Benchmarks;

/// <summary>Rows of a JSON Lines file or of a file that is one JSON array.</summary>
internal static class JsonRecords
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int MaximumDepth = 32;

    private static readonly JsonDocumentOptions Document = new() { MaxDepth = MaximumDepth, AllowDuplicateProperties = false };

    /// <summary>Reads one object a line; lines that are blank are skipped.</summary>
    /// <exception cref="UserErrorException">A line is not a JSON object or is too long; the message names it.</exception>
    public static IEnumerable<BenchmarkRecord> Lines(ReadOnlyMemory<byte> utf8, string source, BenchmarkFileOptions options)
    {
        for (var (line, rest) = (1, utf8); !rest.IsEmpty; line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var content = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (content.Span.Trim(" \t\r"u8).IsEmpty) continue;
            if (content.Length > options.MaximumRecordBytes)
                throw At(source, line,
                    Invariant($"the line has {content.Length:N0} bytes; at most {options.MaximumRecordBytes:N0} are read."));
            yield return Parse(content, source, line);
        }
    }

    /// <summary>Reads the objects of one array.</summary>
    /// <exception cref="UserErrorException">Not an array of objects; the message names the line.</exception>
    public static IReadOnlyList<BenchmarkRecord> Array(ReadOnlyMemory<byte> utf8, string source, BenchmarkFileOptions options)
    {
        var records = new List<BenchmarkRecord>();
        var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = MaximumDepth });
        var (line, counted) = (1, 0);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                throw At(source, 1, "the file is not one JSON array of objects. For one object a line use the format jsonl.");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                line += utf8.Span[counted..start].Count((byte)'\n');
                counted = start;
                reader.Skip();
                var content = utf8[start..(int)reader.BytesConsumed];
                if (content.Length > options.MaximumRecordBytes)
                    throw At(source, line,
                        Invariant($"the object has {content.Length:N0} bytes; at most {options.MaximumRecordBytes:N0} are read."));
                records.Add(Parse(content, source, line));
            }

            if (reader.Read()) throw At(source, line, "there is text after the end of the array.");
        }
        catch (JsonException error)
        {
            throw JsonFault.Known(utf8.Span, error) is { } known ? new UserErrorException($"{source} {known}.", error) : At(source, (int)(error.LineNumber ?? 0) + 1, $"not JSON: {JsonFault.Plain(error)}.");
        }

        return records;
    }

    private static BenchmarkRecord Parse(ReadOnlyMemory<byte> content, string source, int line)
    {
        try
        {
            using var document = JsonDocument.Parse(content, Document);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw At(source, line, $"a JSON {Kind(document.RootElement.ValueKind)}, not an object such as {{\"prompt\": \"…\"}}.");
            var fields = new Dictionary<string, BenchmarkField>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (fields.Count == CsvRecords.MaximumColumns) throw At(source, line, Invariant($"more than {CsvRecords.MaximumColumns} keys."));
                fields[property.Name] = Field(property.Value);
            }

            return new(line, fields);
        }
        catch (JsonException error)
        {
            throw JsonFault.Known(content.Span, error) is { } known ? At(source, line, known + ".") : At(source, line, $"not JSON: {JsonFault.Plain(error)}.");
        }
        catch (InvalidOperationException)
        {
            throw At(source, line, "not JSON: a string holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.");
        }
    }

    private static BenchmarkField Field(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new("string", value.GetString()!),
        JsonValueKind.Number => new("number", value.GetRawText()),
        JsonValueKind.True or JsonValueKind.False => new("boolean", value.GetRawText()),
        JsonValueKind.Array or JsonValueKind.Object => new(Kind(value.ValueKind), "", value.Clone()),
        var kind => new(Kind(kind), ""),
    };

    private static string Kind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        JsonValueKind.Number => "number",
        _ => "string",
    };

    private static UserErrorException At(string source, int line, string what) => new(Invariant($"{source}, line {line}: {what}"));
}
