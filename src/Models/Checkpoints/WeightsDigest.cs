using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// Which weights these are: SHA-256 over every tensor's name, dtype, shape and bytes in the order of their names, and over the
/// architecture's part of <c>config.json</c>. The same for one file and for shards, and for a model in memory and its checkpoint.
/// </summary>
public static class WeightsDigest
{
    /// <summary>The digest of a checkpoint, lower-case hex.</summary>
    /// <exception cref="UserErrorException">A file fails while it is read.</exception>
    public static string Of(CheckpointReader checkpoint)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var (name, entry) in checkpoint.Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            Append(hash, name, entry, checkpoint.FileOf(name), buffer);

        return Finished(hash, checkpoint.ConfigJson);
    }

    /// <summary>The digest of one file's tensors, without an architecture.</summary>
    /// <exception cref="UserErrorException">The file fails while it is read.</exception>
    internal static string Of(SafetensorsFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var entry in file.Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)) Append(hash, entry.Name, entry, file, buffer);
        return Finished(hash, "{}");
    }

    /// <summary>The digest that a checkpoint of these parameters has, lower-case hex.</summary>
    /// <param name="parameters">By Hugging Face name, tied weights once. Borrowed.</param>
    /// <param name="configJson">The text of <c>config.json</c>.</param>
    /// <param name="dtype">The number type they are (to be) written in; <c>null</c> keeps each one's own.</param>
    public static string Of(IEnumerable<KeyValuePair<string, Tensor>> parameters, string configJson, ScalarType? dtype = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var written = dtype ?? tensor.dtype;
            AppendHead(hash, name, TensorDtypes.NameOf(written), tensor.shape);
            TensorBytes.Read(tensor, written, bytes => hash.AppendData(bytes));
        }

        return Finished(hash, configJson);
    }

    private static void Append(IncrementalHash hash, string name, SafetensorsEntry entry, SafetensorsFile file, byte[] buffer)
    {
        AppendHead(hash, name, entry.Dtype, entry.Shape);
        for (var at = 0L; at < entry.ByteCount; at += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, entry.ByteCount - at));
            file.Read(entry, at, part);
            hash.AppendData(part);
        }
    }

    // Lengths before contents, so that no two lists of tensors run together to the same bytes.
    private static void AppendHead(IncrementalHash hash, string name, string dtype, IReadOnlyList<long> shape)
    {
        AppendText(hash, name);
        AppendText(hash, dtype);
        AppendNumber(hash, shape.Count);
        foreach (var size in shape) AppendNumber(hash, size);
    }

    private static string Finished(IncrementalHash hash, string configJson)
    {
        AppendText(hash, "config");
        AppendText(hash, ArchitectureText.Of(configJson));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendText(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AppendNumber(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void AppendNumber(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
