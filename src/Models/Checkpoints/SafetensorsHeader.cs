using System.Text.Json;
using System.Text.Unicode;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// Reads the JSON header of a safetensors file and checks everything that it claims. Throws <see cref="FormatException"/> with
/// what is wrong; the caller adds the file's name. The rules are those of the format's own reader (safetensors 0.8): tensors cover
/// the data without holes, overlaps or leftovers, and sizes follow from shape and dtype.
/// </summary>
internal sealed class SafetensorsHeader
{
    private const string MetadataKey = "__metadata__";

    // The format's own reader gives up at this depth; deeper JSON has no meaning in a header.
    private const int MaxDepth = 127;

    // The largest public checkpoints have some 100,000 tensors; no engine has tensors of more than 64 dimensions.
    private const int MaxTensors = 1_000_000, MaxNumbers = 64;

    private readonly Dictionary<string, SafetensorsEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader() { }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; private set; } = [];

    /// <summary>The free text map of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Parses and checks a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">Bytes of the file after the header.</param>
    /// <exception cref="FormatException">The header is invalid; the message has the place.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength)
    {
        if (json.IsEmpty) throw new FormatException("the header is empty; it must be a JSON object such as {}");
        if (!Utf8.IsValid(json)) throw new FormatException("the header is not valid UTF-8");
        if (json.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            throw new FormatException("the header starts with a byte order mark; it must start with '{'");
        var header = new SafetensorsHeader();
        try
        {
            header.ReadObject(json);
        }
        catch (JsonException e)
        {
            throw new FormatException(Invariant($"the header is not valid JSON (near byte {e.BytePositionInLine ?? 0})"), e);
        }
        catch (InvalidOperationException e) // an escape such as \ud800 that is half a character
        {
            throw new FormatException("the header holds a string that is not valid Unicode", e);
        }

        header.CheckCoverage(dataLength);
        return header;
    }

    private void ReadObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException("the header is not a JSON object");
        var sawMetadata = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (entries.Count == MaxTensors) throw new FormatException(Invariant($"the header lists more than {MaxTensors:N0} tensors"));
            if (name == MetadataKey)
            {
                if (sawMetadata) throw new FormatException($"'{MetadataKey}' occurs twice");
                sawMetadata = true;
                ReadMetadata(ref reader);
            }
            else if (!entries.TryAdd(name, ReadEntry(ref reader, name)))
            {
                throw new FormatException($"tensor '{Shown(name)}' occurs twice");
            }
        }

        if (reader.Read()) throw new FormatException("text follows the header's JSON object");
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException($"'{MetadataKey}' is not an object of strings");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw new FormatException($"'{MetadataKey}' key '{Shown(key)}' is not a string");
            metadata[key] = reader.GetString()!;
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        var tensor = $"tensor '{Shown(name)}'";
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"{tensor} is not an object with dtype, shape and data_offsets");
        string? dtype = null;
        List<ulong>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype":
                    if (dtype is not null) throw new FormatException($"{tensor} has 'dtype' twice");
                    if (reader.TokenType != JsonTokenType.String) throw new FormatException($"{tensor}: 'dtype' is not a string");
                    dtype = reader.GetString()!;
                    break;
                case "shape":
                    if (shape is not null) throw new FormatException($"{tensor} has 'shape' twice");
                    shape = ReadNumbers(ref reader, tensor, field);
                    break;
                case "data_offsets":
                    if (offsets is not null) throw new FormatException($"{tensor} has 'data_offsets' twice");
                    offsets = ReadNumbers(ref reader, tensor, field);
                    break;
                default:
                    reader.Skip(); // the format's own reader ignores unknown fields
                    break;
            }
        }

        return Checked(name, tensor, dtype ?? throw Missing("dtype"), shape ?? throw Missing("shape"),
            offsets ?? throw Missing("data_offsets"));
        FormatException Missing(string field) => new($"{tensor} has no '{field}'");
    }

    private static List<ulong> ReadNumbers(ref Utf8JsonReader reader, string tensor, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new FormatException($"{tensor}: '{field}' is not an array of whole numbers");
        var numbers = new List<ulong>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out var number))
                throw new FormatException($"{tensor}: '{field}' holds something that is not a whole number of 0 or more in 64 bits");
            if (numbers.Count == MaxNumbers) throw new FormatException(Invariant($"{tensor}: '{field}' holds more than {MaxNumbers} numbers"));
            numbers.Add(number);
        }

        return numbers;
    }

    private static SafetensorsEntry Checked(string name, string tensor, string dtype, List<ulong> shape, List<ulong> offsets)
    {
        if (!SafetensorsDtype.TryBits(dtype, out var bits))
            throw new FormatException($"{tensor} has the unknown dtype '{Shown(dtype)}'; known: {SafetensorsDtype.Names}");
        if (offsets.Count != 2)
            throw new FormatException(Invariant($"{tensor}: 'data_offsets' holds {offsets.Count} numbers; it must hold 2"));
        if (offsets[0] > offsets[1])
            throw new FormatException(Invariant($"{tensor}: 'data_offsets' [{offsets[0]}, {offsets[1]}] run backwards"));
        if (offsets[1] > long.MaxValue)
            throw new FormatException(Invariant($"{tensor}: 'data_offsets' end at {offsets[1]}, which no file reaches"));
        UInt128 total = 1;
        foreach (var size in shape)
        {
            total *= size;
            if (total > ulong.MaxValue) throw TooLarge();
        }

        total *= (UInt128)bits;
        if (total > ulong.MaxValue || shape.Exists(size => size > long.MaxValue)) throw TooLarge();
        if (total % 8 != 0) throw new FormatException(Invariant($"{tensor}: {total} bits of {dtype} do not end at a byte"));
        if (total / 8 != offsets[1] - offsets[0])
            throw new FormatException(Invariant($"{tensor}: shape [{string.Join(", ", shape)}] of {dtype} needs {total / 8} bytes, but 'data_offsets' give it {offsets[1] - offsets[0]}"));
        return new SafetensorsEntry { Name = name, Dtype = dtype, Shape = Array.ConvertAll(shape.ToArray(), size => (long)size), Begin = (long)offsets[0], End = (long)offsets[1] };
        FormatException TooLarge() => new(Invariant($"{tensor}: shape [{string.Join(", ", shape)}] of {dtype} is larger than any file"));
    }

    // Sorted by their bytes, every tensor starts where the one before ended, and the last ends with the file.
    private void CheckCoverage(long dataLength)
    {
        var sorted = entries.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)
            .ThenBy(entry => entry.Name, StringComparer.Ordinal).ToArray();
        var end = 0L;
        foreach (var entry in sorted)
        {
            if (entry.Begin != end)
            {
                throw new FormatException(Invariant(
                    $"tensor '{Shown(entry.Name)}' starts at byte {entry.Begin} of the data, but the tensors before it end at {end} ({(entry.Begin > end ? "a hole" : "an overlap")})"));
            }

            end = entry.End;
        }

        if (end != dataLength)
            throw new FormatException(Invariant($"the tensors need {end} bytes of data, but the file has {dataLength} ({(end > dataLength ? "it is truncated" : "it has leftover bytes")})"));
        Entries = sorted;
    }

    // Names come from untrusted files: control characters and endless names must not reach a terminal.
    internal static string Shown(string name)
    {
        var shown = string.Concat(name.Take(120).Select(c => char.IsControl(c) ? '?' : c));
        return name.Length > 120 ? shown + "…" : shown;
    }
}
