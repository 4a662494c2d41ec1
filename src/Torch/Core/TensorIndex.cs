namespace TorchSharp;

public static partial class torch
{
    /// <summary>One index of t[…]: a number, a range, a tensor of indices or truth values, a new dimension, or "all the others".</summary>
    public readonly struct TensorIndex
    {
        internal enum Form
        {
            Null,
            None,
            Ellipsis,
            Colon,
            Single,
            Slice,
            Bool,
            Tensor,
        }

        private TensorIndex(Form kind, long? start = null, long? stop = null, long? step = null, Tensor? tensor = null)
        {
            Kind = kind;
            Start = start;
            Stop = stop;
            Step = step;
            Indices = tensor;
        }

        internal Form Kind { get; }

        internal long? Start { get; }

        internal long? Stop { get; }

        internal long? Step { get; }

        internal Tensor? Indices { get; }

        /// <summary>Nothing.</summary>
        public static readonly TensorIndex Null = new(Form.Null);

        /// <summary>A new dimension of size 1.</summary>
        public static readonly TensorIndex None = new(Form.None);

        /// <summary>All dimensions that the other indices leave.</summary>
        public static readonly TensorIndex Ellipsis = new(Form.Ellipsis);

        /// <summary>All of a dimension.</summary>
        public static readonly TensorIndex Colon = new(Form.Colon);

        /// <summary>A new dimension of size 1, or 0 when false.</summary>
        /// <param name="value">Which.</param>
        public static TensorIndex Bool(bool value) => new(Form.Bool, value ? 1 : 0);

        /// <summary>One index of a dimension, which goes away.</summary>
        /// <param name="index">Which one; negative from the end.</param>
        public static TensorIndex Single(long? index) => new(Form.Single, index);

        /// <summary>A range of a dimension.</summary>
        /// <param name="start">The first index; null: 0. Negative from the end.</param>
        /// <param name="stop">The index after the last; null: the end.</param>
        /// <param name="step">The distance between indices; null: 1.</param>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(Form.Slice, start, stop, step);

        /// <summary>A range of a dimension.</summary>
        /// <param name="range">The first index and the one after the last.</param>
        public static TensorIndex Slice((int? start, int? stop) range) => new(Form.Slice, range.start, range.stop);

        /// <summary>The indices, or the places of true, of a tensor.</summary>
        /// <param name="tensor">The tensor.</param>
        public static TensorIndex Tensor(Tensor tensor) => new(Form.Tensor, tensor: tensor);

        /// <summary>One index of a dimension, which goes away.</summary>
        /// <param name="value">Which one; negative from the end.</param>
        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>A range of a dimension.</summary>
        /// <param name="range">The first index and the one after the last.</param>
        public static implicit operator TensorIndex((int? start, int? stop) range) => Slice(range);
    }
}
