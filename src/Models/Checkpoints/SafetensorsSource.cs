namespace SafetyGate.Models.Checkpoints;

/// <summary>One tensor to be written to a safetensors file.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Dtype">The element type by the format's spelling, such as <c>F32</c>.</param>
/// <param name="Shape">Sizes of the axes, row-major.</param>
/// <param name="WriteTo">Writes exactly the tensor's bytes, little-endian, row-major.</param>
public sealed record SafetensorsSource(string Name, string Dtype, IReadOnlyList<long> Shape, Action<Stream> WriteTo)
{
    /// <summary>A tensor whose bytes are in memory.</summary>
    public static SafetensorsSource FromBytes(string name, string dtype, IReadOnlyList<long> shape, byte[] bytes) =>
        new(name, dtype, shape, stream => stream.Write(bytes));

    internal int Bits => SafetensorsDtype.TryBits(Dtype, out var bits) ? bits
        : throw new ArgumentException($"Tensor '{Name}' has the unknown dtype '{Dtype}'; known: {SafetensorsDtype.Names}.");

    internal long ByteCount
    {
        get
        {
            var bits = checked(Shape.Aggregate(1L, (product, size) => checked(product * size)) * Bits);
            return bits % 8 == 0
                ? bits / 8
                : throw new ArgumentException(Invariant($"Tensor '{Name}': {bits} bits of {Dtype} do not end at a byte."));
        }
    }
}
