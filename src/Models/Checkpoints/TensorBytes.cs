using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Checkpoints;

/// <summary>Moves the bytes of tensors to and from streams in parts, since a span ends at 2 GB and a device copy should stay small.</summary>
internal static class TensorBytes
{
    private const long PartBytes = 64L * 1024 * 1024;

    /// <summary>Hands the bytes of a tensor to a reader, part by part, little-endian and row-major.</summary>
    /// <param name="tensor">Any device, any strides. Borrowed.</param>
    /// <param name="dtype">The type the bytes are wanted in.</param>
    /// <param name="take">Called with each part in turn.</param>
    public static void Read(Tensor tensor, ScalarType dtype, SpanAction take)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var flat = tensor.detach().contiguous().reshape(-1);
        var part = PartBytes / ElementBytes(dtype);
        for (long at = 0, total = flat.numel(); at < total; at += part)
        {
            using var inner = NewDisposeScope();
            take(flat.narrow(0, at, Math.Min(part, total - at)).to(dtype).cpu().contiguous().bytes);
        }
    }

    /// <summary>Fills a tensor on the CPU, part by part.</summary>
    /// <param name="tensor">Contiguous, on the CPU; its bytes are written. Borrowed.</param>
    /// <param name="fill">Called for each part with the offset of its first byte; fills all of it.</param>
    public static void Fill(Tensor tensor, OffsetSpanAction fill)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.reshape(-1);
        var elementBytes = ElementBytes(tensor.dtype);
        var part = PartBytes / elementBytes;
        for (long at = 0, total = flat.numel(); at < total; at += part)
        {
            using var inner = NewDisposeScope();
            fill(at * elementBytes, flat.narrow(0, at, Math.Min(part, total - at)).bytes);
        }
    }

    private static int ElementBytes(ScalarType dtype) => dtype == ScalarType.Float64 ? 8 : dtype == ScalarType.Float32 ? 4 : 2;

    /// <summary>Takes a part.</summary>
    public delegate void SpanAction(ReadOnlySpan<byte> bytes);

    /// <summary>Fills a part that starts at an offset in bytes.</summary>
    public delegate void OffsetSpanAction(long offset, Span<byte> bytes);
}
