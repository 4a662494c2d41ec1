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
    public static void Fill(Tensor tensor, OffsetSpanAction fill) => Fill(tensor, fill, PartBytes);

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

    internal static void Fill(Tensor tensor, OffsetSpanAction fill, int partBytes)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var flat = tensor.detach().view(-1);
        var elementBytes = ElementBytes(tensor.dtype);
        var (total, part) = (flat.numel(), (long)partBytes / elementBytes);
        // Copied rather than written in place, so that the engine knows the tensor changed.
        var staging = empty([Math.Min(part, total)], dtype: tensor.dtype);
        for (var at = 0L; at < total; at += part)
        {
            using var inner = NewDisposeScope();
            var length = Math.Min(part, total - at);
            var read = staging.narrow(0, 0, length);
            fill(at * elementBytes, read.bytes);
            flat.narrow(0, at, length).copy_(read);
        }
    }

    private static int ElementBytes(ScalarType dtype) => dtype == ScalarType.Float64 ? 8 : dtype == ScalarType.Float32 ? 4 : 2;

    /// <summary>Takes a part.</summary>
    public delegate void SpanAction(ReadOnlySpan<byte> bytes);

    /// <summary>Fills a part that starts at an offset in bytes.</summary>
    public delegate void OffsetSpanAction(long offset, Span<byte> bytes);
}
