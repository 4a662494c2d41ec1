namespace TorchSharp;

public static partial class torch
{
    /// <summary>The sizes of a tensor's dimensions.</summary>
    public readonly struct Size
    {
        private readonly long[]? _shape;

        /// <summary>The given sizes.</summary>
        /// <param name="shape">A size for each dimension.</param>
        public Size(long[] shape) => _shape = [.. shape];

        /// <summary>The sizes.</summary>
        public long[] Shape => _shape ?? [];

        /// <summary>The number of dimensions.</summary>
        public int Length => Shape.Length;

        /// <summary>The size of a dimension.</summary>
        /// <param name="idx">Which one.</param>
        public long this[int idx] => Shape[idx];

        /// <summary>The number of elements.</summary>
        public long numel() => Shape.Aggregate(1L, (product, size) => checked(product * size));

        /// <summary>The given sizes.</summary>
        /// <param name="size">A size for each dimension.</param>
        public static implicit operator Size(long[] size) => new(size);
    }
}
