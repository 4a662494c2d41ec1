namespace SafetyGate.Models.Checkpoints;

/// <summary>One tensor of a safetensors file, as the header declares it and as it was checked.</summary>
public sealed record SafetensorsEntry
{
    /// <summary>The tensor's name: any text; it is a name only, never a path.</summary>
    public required string Name { get; init; }

    /// <summary>The element type by the format's spelling, such as <c>F32</c> or <c>BF16</c>.</summary>
    public required string Dtype { get; init; }

    /// <summary>The sizes of the axes, row-major; empty for a scalar.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>First byte, counted from the end of the header.</summary>
    public required long Begin { get; init; }

    /// <summary>One past the last byte, counted from the end of the header.</summary>
    public required long End { get; init; }

    /// <summary>Bytes of the tensor, little-endian.</summary>
    public long ByteCount => End - Begin;

    /// <summary>The shape as text, such as <c>[2, 3]</c>.</summary>
    public string ShapeText => Text(Shape);

    internal static string Text(IEnumerable<long> shape) =>
        "[" + string.Join(", ", shape.Select(size => size.ToString(System.Globalization.CultureInfo.InvariantCulture))) + "]";
}
