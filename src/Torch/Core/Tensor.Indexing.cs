using System.Runtime.CompilerServices;
using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A part of the tensor: a view for numbers and ranges, a copy for tensors of indices.</summary>
        /// <param name="indices">An index for each dimension, from the first on.</param>
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>The elements at the indices of tensors, a copy.</summary>
        /// <param name="indices">A tensor for each dimension, from the first on.</param>
        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>One index of the first dimensions, as a view without them.</summary>
        /// <param name="indices">An index for each dimension, from the first on.</param>
        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => At(indices);
            set => At(indices).Put(value);
        }

        /// <summary>One index of the first dimension, as a view without it.</summary>
        /// <param name="i1">The index.</param>
        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => select(0, i1).Put(value);
        }

        /// <summary>One index of the first two dimensions, as a view without them.</summary>
        /// <param name="i1">The index of the first.</param>
        /// <param name="i2">The index of the second.</param>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => At([i1, i2]);
            set => At([i1, i2]).Put(value);
        }

        /// <summary>One index of the first three dimensions, as a view without them.</summary>
        /// <param name="i1">The index of the first.</param>
        /// <param name="i2">The index of the second.</param>
        /// <param name="i3">The index of the third.</param>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => At([i1, i2, i3]);
            set => At([i1, i2, i3]).Put(value);
        }

        /// <summary>A part of the tensor: a view for numbers and ranges, a copy for tensors of indices.</summary>
        /// <param name="indices">An index for each dimension, from the first on.</param>
        public Tensor index(params TensorIndex[] indices)
        {
            var view = View(indices, out var tensors);
            return tensors is null ? view : Ops.index_Tensor.Call(view, Arg.Optional(tensors));
        }

        /// <summary>The elements at the indices of tensors, a copy.</summary>
        /// <param name="indices">A tensor for each dimension, from the first on.</param>
        public Tensor index(params Tensor[] indices) => Ops.index_Tensor.Call(this, Arg.Optional(indices));

        /// <summary>Sets a part of the tensor, broadcast.</summary>
        /// <param name="value">What to set.</param>
        /// <param name="indices">An index for each dimension, from the first on.</param>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        /// <summary>Sets the elements at the indices of tensors, broadcast.</summary>
        /// <param name="value">What to set.</param>
        /// <param name="indices">A tensor for each dimension, from the first on.</param>
        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        /// <summary>Sets a part of the tensor to a number.</summary>
        /// <param name="value">The number.</param>
        /// <param name="indices">An index for each dimension, from the first on.</param>
        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var number = Full([], value, dtype, device, false, null);
            return index_put_(number, indices, false);
        }

        /// <summary>Sets the elements at the indices of tensors to a number.</summary>
        /// <param name="value">The number.</param>
        /// <param name="indices">A tensor for each dimension, from the first on.</param>
        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using var number = Full([], value, dtype, device, false, null);
            return index_put_(number, indices, false);
        }

        /// <summary>Sets a part of the tensor, or adds to it, broadcast.</summary>
        /// <param name="value">What to set.</param>
        /// <param name="indices">An index for each dimension, from the first on.</param>
        /// <param name="accumulate">Whether to add.</param>
        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            var view = View(indices, out var tensors);
            if (tensors is not null) Ops.index_put_.InPlace(view, Arg.Optional(tensors), value, accumulate);
            else if (accumulate) view.add_(value);
            else view.Put(value);
            return this;
        }

        /// <summary>Sets the elements at the indices of tensors, or adds to them, broadcast.</summary>
        /// <param name="value">What to set.</param>
        /// <param name="indices">A tensor for each dimension, from the first on.</param>
        /// <param name="accumulate">Whether to add.</param>
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            Ops.index_put_.InPlace(this, Arg.Optional(indices), value, accumulate);

        private Tensor At(long[] indices)
        {
            if (indices.Length > dim()) throw new ArgumentException($"{indices.Length} indices for the shape ({string.Join(", ", shape)})");
            var part = this;
            foreach (var one in indices) part = part.select(0, one);
            return part;
        }

        // Like an assignment in Python: leading dimensions of size 1 of the value do not count.
        private Tensor Put(Tensor value)
        {
            var extra = value.dim() - dim();
            while (extra-- > 0 && value.size(0) == 1) value = value.squeeze(0);
            return copy_(value);
        }

        // The view that numbers and ranges make, and the tensors of indices left to apply to its dimensions.
        private Tensor View(TensorIndex[] indices, out Tensor?[]? tensors)
        {
            var consumed = 0L;
            foreach (var one in indices)
            {
                consumed += one.Kind switch
                {
                    TensorIndex.Form.Single or TensorIndex.Form.Slice or TensorIndex.Form.Colon => 1,
                    TensorIndex.Form.Tensor => one.Indices!.dtype is ScalarType.Bool or ScalarType.Byte ? one.Indices.dim() : 1,
                    _ => 0,
                };
            }
            if (consumed > dim()) throw new ArgumentException($"{consumed} indices for the shape ({string.Join(", ", shape)})");
            var view = this;
            var at = 0;
            List<Tensor?>? found = null;
            foreach (var one in indices)
            {
                switch (one.Kind)
                {
                    case TensorIndex.Form.Single:
                        view = view.select(at, one.Start ?? 0);
                        break;
                    case TensorIndex.Form.Slice:
                        view = Ops.slice_Tensor.Call(view, at++, one.Start, one.Stop, one.Step ?? 1);
                        break;
                    case TensorIndex.Form.Colon:
                        at++;
                        break;
                    case TensorIndex.Form.Ellipsis:
                        at += (int)(dim() - consumed);
                        break;
                    case TensorIndex.Form.None or TensorIndex.Form.Null:
                        view = view.unsqueeze(at++);
                        break;
                    case TensorIndex.Form.Bool:
                        view = view.unsqueeze(at);
                        Place(tensor([one.Start == 1], device: device), at++);
                        break;
                    case TensorIndex.Form.Tensor:
                        Place(one.Indices!, at);
                        at += one.Indices!.dtype is ScalarType.Bool or ScalarType.Byte ? (int)one.Indices.dim() : 1;
                        break;
                }
            }
            tensors = found?.ToArray();
            return view;

            void Place(Tensor index, int dimension)
            {
                found ??= [];
                // A mask of several dimensions is one entry of the list, so the entries so far cover fewer places than dimensions.
                var covered = found.Sum(t => t is { dtype: ScalarType.Bool or ScalarType.Byte } ? (int)t.dim() : 1);
                while (covered++ < dimension) found.Add(null);
                found.Add(index);
            }
        }
    }
}
