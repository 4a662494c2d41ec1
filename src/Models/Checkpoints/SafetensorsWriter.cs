using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// Writes safetensors files. The same tensors and metadata give the same bytes, whatever order they come in: tensors are ordered
/// as the format's own writer orders them (widest dtype first, then by name), and the header is padded to eight bytes.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>Bytes of the whole file.</summary>
    /// <exception cref="ArgumentException">Two tensors share a name, or one has an unknown dtype.</exception>
    public static long ByteCount(IReadOnlyList<SafetensorsSource> tensors, IReadOnlyDictionary<string, string> metadata) =>
        8L + Header(Ordered(tensors), metadata).Length + tensors.Sum(tensor => tensor.ByteCount);

    /// <summary>Writes the file to a stream, which stays open.</summary>
    /// <exception cref="ArgumentException">Two tensors share a name, or one has an unknown dtype.</exception>
    /// <exception cref="InvalidOperationException">A source wrote more or fewer bytes than its shape and dtype require.</exception>
    public static void Write(Stream stream, IReadOnlyList<SafetensorsSource> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var ordered = Ordered(tensors);
        var header = Header(ordered, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        var counted = new CountingStream(stream);
        var expected = 0L;
        foreach (var tensor in ordered)
        {
            tensor.WriteTo(counted);
            expected += tensor.ByteCount;
            if (counted.Count != expected)
                throw new InvalidOperationException(Invariant($"Tensor '{tensor.Name}' of {tensor.Dtype} {SafetensorsEntry.Text(tensor.Shape)} wrote {counted.Count - expected + tensor.ByteCount} bytes; its shape and dtype require {tensor.ByteCount}."));
        }
    }

    private static SafetensorsSource[] Ordered(IReadOnlyList<SafetensorsSource> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (tensor.Name == "__metadata__" || !names.Add(tensor.Name))
                throw new ArgumentException($"Tensor name '{tensor.Name}' is reserved or occurs twice; every tensor needs its own.",
                    nameof(tensors));
        }

        return [.. tensors.OrderByDescending(tensor => tensor.Bits).ThenBy(tensor => tensor.Dtype, StringComparer.Ordinal).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
    }

    private static byte[] Header(SafetensorsSource[] ordered, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var tensor in ordered)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Dtype);
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        if (buffer.Length > SafetensorsFile.MaxHeaderBytes)
            throw new ArgumentException(Invariant($"The header would have {buffer.Length} bytes; the format allows {SafetensorsFile.MaxHeaderBytes}."));
        return buffer.ToArray();
    }

    // Passes bytes on and counts them, so that a source that writes too little is caught before the file gets its name.
    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            Count += buffer.Length;
        }
    }
}
