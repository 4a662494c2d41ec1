using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace SafetyGate.Core.Files;

/// <summary>
/// Reads JSON without forgiveness: no comments, no trailing commas, no duplicate keys, no invalid UTF-8 or lone surrogates, bounded
/// size and depth. Every failure is a <see cref="UserErrorException"/> that names the line.
/// </summary>
internal static class StrictJson
{
    /// <summary>Longest file that is read, in bytes.</summary>
    public const long MaximumBytes = 128L << 20;

    public static StrictJsonNode ReadFile(string path) => Read(BoundedFile.Read(path, MaximumBytes), path);

    public static StrictJsonNode Read(ReadOnlySpan<byte> utf8, string file)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[3..];
        if (!Utf8.IsValid(utf8)) throw new UserErrorException($"{file} is not valid UTF-8; save it as UTF-8.");
        if (JsonBounds.Result.TooLarge(utf8) is { } problem) throw new UserErrorException($"{file}: {problem}");
        var lines = new LineCounter();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = JsonBounds.Result.MaximumDepth });
        try
        {
            reader.Read();
            var root = Value(ref reader, utf8, file, null, "", lines);
            if (reader.Read()) throw new JsonException("Something stands after the end.");
            return root;
        }
        catch (JsonException e)
        {
            var line = e.LineNumber is { } n ? n + 1 : lines.At(utf8, (int)reader.BytesConsumed);
            throw new UserErrorException(Invariant($"{file}, line {line}: this is not strict JSON: {(JsonFault.Known(utf8, e) is { } known ? "it " + known : JsonFault.Plain(e))}."), e);
        }
        catch (InvalidOperationException e)
        {
            throw new UserErrorException(Invariant($"{file}, line {lines.At(utf8, (int)reader.TokenStartIndex)}: a string holds half of a surrogate pair."), e);
        }
    }

    private static StrictJsonNode Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, string file, StrictJsonNode? parent, string step,
        LineCounter lines)
    {
        var kind = reader.TokenType;
        var line = lines.At(utf8, (int)reader.TokenStartIndex);
        var text = kind switch { JsonTokenType.String => reader.GetString()!, JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan), _ => "" };
        if (kind is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
            throw new JsonException("A value is missing.");
        var node = new StrictJsonNode { Kind = kind, Text = text, Line = line, Step = step, Parent = parent, File = file };
        if (kind == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                node.Add(Value(ref reader, utf8, file, node, "", lines));
        }
        else if (kind == JsonTokenType.StartObject)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                reader.Read();
                var value = Value(ref reader, utf8, file, node, name, lines);
                if (!seen.Add(name)) throw value.Error("duplicate key.");
                node.Add(name, value);
            }
        }

        return node;
    }

    /// <summary>Line numbers of offsets that only grow.</summary>
    private sealed class LineCounter
    {
        private int _offset, _line = 1;

        public int At(ReadOnlySpan<byte> utf8, int offset)
        {
            if (offset > _offset)
            {
                _line += utf8[_offset..Math.Min(offset, utf8.Length)].Count((byte)'\n');
                _offset = offset;
            }

            return _line;
        }
    }
}
