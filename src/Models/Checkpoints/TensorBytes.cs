using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// Copies the bytes of tensors in parts of bounded size, since a span ends at 2 GB and a device copy should stay small. No array has a
/// whole tensor.
/// </summary>
public static class TensorBytes
{
    /// <summary>Bytes of a part at most.</summary>
    public const int PartBytes = 16 * 1024 * 1024;

    /// <summary>Hands the bytes of a tensor to a reader, part by part, little-endian and row-major.</summary>
    /// <param name="tensor">Any device, any strides. Borrowed.</param>
    /// <param name="dtype">The type the bytes are wanted in.</param>
    /// <param name="take">Called with each part in turn.</param>
    public static void Read(Tensor tensor, ScalarType dtype, SpanAction take) => Read(tensor, dtype, take, PartBytes);

    /// <summary>Fills a tensor, part by part.</summary>
    /// <param name="tensor">Contiguous, on any device; its numbers are overwritten. Borrowed.</param>
    /// <param name="fill">Called for each part with the offset of its first byte; fills all of it, little-endian and row-major.</param>
    public static void Fill(Tensor tensor, OffsetSpanAction fill) => Fill(tensor, tensor.dtype, fill, PartBytes);

    /// <summary>Fills a tensor from numbers of a type, part by part: each number is converted once, on its way.</summary>
    /// <param name="tensor">As for <see cref="Fill(Tensor, OffsetSpanAction)"/>.</param>
    /// <param name="stored">The type that <paramref name="fill"/> gives.</param>
    /// <param name="fill">As for <see cref="Fill(Tensor, OffsetSpanAction)"/>; called on another thread, for one part after the other.</param>
    public static void Fill(Tensor tensor, ScalarType stored, OffsetSpanAction fill) => Fill(tensor, stored, fill, PartBytes);

    internal static void Read(Tensor tensor, ScalarType dtype, SpanAction take, int partBytes)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var flat = tensor.detach().contiguous().reshape(-1);
        var part = partBytes / ElementBytes(dtype);
        for (long at = 0, total = flat.numel(); at < total; at += part)
        {
            using var inner = NewDisposeScope();
            take(flat.narrow(0, at, Math.Min(part, total - at)).to(dtype).cpu().contiguous().bytes);
        }
    }

    internal static void Fill(Tensor tensor, ScalarType stored, OffsetSpanAction fill, int partBytes)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var flat = tensor.detach().view(-1);
        var elementBytes = ElementBytes(stored);
        var (total, part) = (flat.numel(), (long)partBytes / elementBytes);
        if (total == 0) return;
        // Copied rather than written in place, so that the engine knows the tensor changed. One part is read while another is copied.
        var staging = Enumerable.Range(0, total > part ? 2 : 1).Select(_ => empty([Math.Min(part, total)], dtype: stored)).ToList();
        Read(0);
        for (long at = 0, index = 0; at < total; at += part, index++)
        {
            using var inner = NewDisposeScope();
            var next = at + part;
            var reading = next < total ? Task.Run(() => Read(next)) : Task.CompletedTask;
            var length = Math.Min(part, total - at);
            try
            {
                flat.narrow(0, at, length).copy_(staging[(int)(index % 2)].narrow(0, 0, length));
            }
            finally
            {
                reading.GetAwaiter().GetResult(); // what it reads into is freed with the scope
            }
        }

        void Read(long at)
        {
            var bytes = staging[(int)(at / part % 2)].bytes;
            fill(at * elementBytes, bytes[..(int)(Math.Min(part, total - at) * elementBytes)]);
        }
    }

    /// <summary>Bytes of a number.</summary>
    internal static int ElementBytes(ScalarType dtype) => dtype == ScalarType.Float64 ? 8 : dtype == ScalarType.Float32 ? 4 : 2;

    /// <summary>Takes a part.</summary>
    public delegate void SpanAction(ReadOnlySpan<byte> bytes);

    /// <summary>Fills a part that starts at an offset in bytes.</summary>
    public delegate void OffsetSpanAction(long offset, Span<byte> bytes);
}
