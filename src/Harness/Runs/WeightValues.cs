using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// Whether two checkpoints hold the same weight values, whatever their files, shards and tensors are called and in which number type they
/// were saved. Read without tensors, from <c>*.safetensors</c>.
/// </summary>
/// <remarks>
/// Files of adapters (<c>adapter_*</c>) are no weights of the model: one that was not merged leaves it as it was. A tensor that occurs twice
/// (tied weights written out) counts once, and rotary frequencies, which some programs save and others compute, not at all.
/// </remarks>
internal static class WeightValues
{
    private const long LongestHeader = 100_000_000; // the limit of the safetensors library
    private const int Chunk = 1 << 20;

    /// <summary>True if both folders hold the same values; false if they differ, or if one cannot be read.</summary>
    public static bool AreSame(string first, string second)
    {
        try
        {
            var (ours, theirs) = (ByShape(first), ByShape(second));
            if (ours.Count == 0 || !ours.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(theirs.Keys)) return false;
            // Small tensors first: a trained model differs soon.
            return ours.OrderBy(group => group.Value[0].Numbers)
                .All(group => Digests(group.Value).SetEquals(Digests(theirs[group.Key])));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException or UserErrorException)
        {
            return false; // whoever loads it reports what is wrong with it
        }
    }

    private static Dictionary<string, List<Entry>> ByShape(string directory) =>
        !Directory.Exists(directory) ? [] : Directory.EnumerateFiles(directory, "*.safetensors")
            .Where(path => !Path.GetFileName(path).StartsWith("adapter_", StringComparison.OrdinalIgnoreCase))
            .SelectMany(Entries).GroupBy(entry => entry.Shape, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);

    private static List<Entry> Entries(string path)
    {
        using var stream = BoundedFile.Open(path);
        var prefix = new byte[8];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader || (long)length > stream.Length - 8) throw new FormatException($"{path} has no header");
        var header = new byte[length];
        stream.ReadExactly(header);
        using var document = JsonDocument.Parse(JsonBounds.Tokenizer.Problem(header) is { } problem ? throw new FormatException(problem) : header);
        List<Entry> entries = [];
        foreach (var tensor in document.RootElement.EnumerateObject())
        {
            if (tensor.Name == "__metadata__" || tensor.Name.EndsWith("inv_freq", StringComparison.Ordinal)) continue;
            var offsets = tensor.Value.GetProperty("data_offsets");
            var (from, to) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            long[] shape = [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            if (from < 0 || to < from || to > stream.Length - 8 - (long)length) throw new FormatException($"{path} is cut short");
            entries.Add(new(path, tensor.Value.GetProperty("dtype").GetString() ?? "", string.Join(',', shape), shape.Aggregate(1L, (a, b) => checked(a * b)), 8 + (long)length + from, to - from));
        }

        return entries;
    }

    private static HashSet<string> Digests(IEnumerable<Entry> entries) => [.. entries.Select(Digest)];

    // Of the values in single precision, which holds those of half precision exactly; of doubles only if none is lost by it.
    private static string Digest(Entry entry)
    {
        using var single = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var raw = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = BoundedFile.Open(entry.Path);
        stream.Position = entry.Offset;
        var (bytes, isSingle) = (new byte[Chunk], entry.Dtype is "F32" or "F16" or "BF16" or "F64");
        var singles = new byte[2 * Chunk];
        for (var left = entry.Length; left > 0;)
        {
            var part = bytes.AsSpan(0, (int)Math.Min(Chunk, left));
            stream.ReadExactly(part);
            raw.AppendData(part);
            if (isSingle) isSingle = AppendSingles(single, entry.Dtype, part, singles);
            left -= part.Length;
        }

        return isSingle ? "F32 " + Convert.ToHexStringLower(single.GetHashAndReset()) : $"{entry.Dtype} {Convert.ToHexStringLower(raw.GetHashAndReset())}";
    }

    private static bool AppendSingles(IncrementalHash hash, string dtype, ReadOnlySpan<byte> part, byte[] singles)
    {
        if (dtype == "F32")
        {
            hash.AppendData(part);
            return true;
        }

        var size = dtype == "F64" ? 8 : 2;
        var count = part.Length / size;
        for (var i = 0; i < count; i++)
        {
            var at = part[(i * size)..];
            var value = dtype switch
            {
                "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(at) << 16),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(at),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
            };
            if (dtype == "F64" && value != BinaryPrimitives.ReadDoubleLittleEndian(at)) return false;
            BinaryPrimitives.WriteSingleLittleEndian(singles.AsSpan(4 * i), value);
        }

        hash.AppendData(singles.AsSpan(0, 4 * count));
        return true;
    }

    private sealed record Entry(string Path, string Dtype, string Shape, long Numbers, long Offset, long Length);
}
