using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The same elements under another shape (-1: what is left), without copying.</summary>
        public Tensor view(params long[] shape) => Ops.view.Call(this, shape);

        /// <summary>The same elements under another shape (-1: what is left), copied if they must be.</summary>
        public Tensor reshape(params long[] shape) => Ops.reshape.Call(this, shape);

        /// <summary>The same elements under another tensor's shape.</summary>
        public Tensor view_as(Tensor other) => Ops.view_as.Binary(this, other);

        /// <summary>Two dimensions exchanged.</summary>
        public Tensor transpose(long dim0, long dim1) => Ops.transpose_int.Call(this, dim0, dim1);

        /// <summary>Two dimensions exchanged, in place.</summary>
        public Tensor transpose_(long dim0, long dim1) => Ops.transpose_.InPlace(this, dim0, dim1);

        /// <summary>The dimensions in another order.</summary>
        public Tensor permute(IEnumerable<long> permutation) => Ops.permute.Call(this, permutation.ToArray());

        /// <summary>The dimensions in another order.</summary>
        public Tensor permute(params long[] permutation) => Ops.permute.Call(this, permutation);

        /// <summary>The elements one after another in row order, copied if they must be.</summary>
        public Tensor contiguous() => Ops.contiguous.Call(this);

        /// <summary>A copy.</summary>
        public Tensor clone() => Ops.clone.Call(this);

        /// <summary>The same data, outside of the record for gradients.</summary>
        public Tensor detach() => Ops.detach.Unary(this);

        /// <summary>Takes the tensor out of the record for gradients.</summary>
        public Tensor detach_() => Ops.detach_.InPlace(this);

        /// <summary>Dimensions of size 1 repeated without copying (-1: as it is).</summary>
        public Tensor expand(long[] sizes, bool isImplicit = false) => Ops.expand.Call(this, sizes, isImplicit);

        /// <summary>Dimensions of size 1 repeated without copying (-1: as it is).</summary>
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Ops.expand.Call(this, sizes.ToArray(), isImplicit);

        /// <summary>Dimensions of size 1 repeated without copying (-1: as it is).</summary>
        public Tensor expand(Size sizes, bool isImplicit = false) => Ops.expand.Call(this, sizes.Shape, isImplicit);

        /// <summary>Dimensions of size 1 repeated without copying (-1: as it is).</summary>
        public Tensor expand(params long[] sizes) => Ops.expand.Call(this, sizes);

        /// <summary>Dimensions of size 1 repeated to another tensor's shape.</summary>
        public Tensor expand_as(Tensor other) => Ops.expand_as.Binary(this, other);

        /// <summary>Dimensions of size 1 repeated to a shape.</summary>
        public Tensor broadcast_to(params long[] shape) => Ops.broadcast_to.Call(this, shape);

        /// <summary>A dimension of size 1 inserted.</summary>
        public Tensor unsqueeze(long dim) => Ops.unsqueeze.Call(this, dim);

        /// <summary>A dimension of size 1 inserted, in place.</summary>
        public Tensor unsqueeze_(long dim) => Ops.unsqueeze_.InPlace(this, dim);

        /// <summary>A dimension of size 1 dropped, or all of them.</summary>
        public Tensor squeeze(long? dim = null) => dim is { } one ? Ops.squeeze_dim.Call(this, one) : Ops.squeeze.Unary(this);

        /// <summary>Dimensions from one to another made one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Ops.flatten_using_ints.Call(this, start_dim, end_dim);

        /// <summary>All dimensions made one.</summary>
        public Tensor ravel() => Ops.ravel.Unary(this);

        /// <summary>A dimension split into several.</summary>
        public Tensor unflatten(long dim, Size sizes) => Unflattened(dim, sizes.Shape);

        /// <summary>A dimension split into several.</summary>
        public Tensor unflatten(long dim, params long[] sizes) => Unflattened(dim, sizes);

        /// <summary>The whole tensor, so many times along each dimension.</summary>
        public Tensor repeat(params long[] sizes) => Ops.repeat.Call(this, sizes);

        /// <summary>The whole tensor, so many times along each dimension.</summary>
        public Tensor tile(long[] reps) => Ops.tile.Call(this, reps);

        /// <summary>Every element, so many times in a row.</summary>
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Ops.repeat_interleave_self_int.Call(this, repeats, dim, output_size);

        /// <summary>Every element, so many times in a row.</summary>
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => Ops.repeat_interleave_self_Tensor.Call(this, repeats, dim, output_size);

        /// <summary>Dimensions in reverse order.</summary>
        public Tensor flip(params long[] dims) => Ops.flip.Call(this, dims);

        /// <summary>Elements moved round, in row order.</summary>
        public Tensor roll(long[] shifts) => Ops.roll.Call(this, shifts);

        /// <summary>Elements moved round along dimensions.</summary>
        public Tensor roll(long shifts, long? dims = null) => Ops.roll.Call(this, new[] { shifts }, (dims is { } dims1 ? new[] { dims1 } : []));

        /// <summary>Elements moved round along dimensions.</summary>
        public Tensor roll(long[] shifts, long[] dims) => Ops.roll.Call(this, shifts, dims);

        /// <summary>Elements moved round along dimensions.</summary>
        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) => Ops.roll.Call(this, shifts.ToArray(), dims.ToArray());

        /// <summary>Dimensions moved to other places.</summary>
        public Tensor movedim(long[] source, long[] destination) => Ops.movedim_intlist.Call(this, source, destination);

        /// <summary>A range of a dimension, as a view.</summary>
        public Tensor narrow(long dim, long start, long length) => Ops.narrow.Call(this, dim, start, length);

        /// <summary>One index of a dimension, as a view without it.</summary>
        public Tensor select(long dim, long index) => Ops.select_int.Call(this, dim, index);

        /// <summary>A range with a step of a dimension, as a view.</summary>
        public Tensor slice(long dim, long start, long finish, long step) => Ops.slice_Tensor.Call(this, dim, start, finish, step);

        /// <summary>Views of about equal size along a dimension.</summary>
        public Tensor[] chunk(long chunks, long dim = 0) => Ops.chunk.CallMany(this, chunks, dim);

        /// <summary>Views of a size along a dimension; the last may be shorter.</summary>
        public Tensor[] split(long size, int dim = 0) => Ops.split_Tensor.CallMany(this, size, dim);

        /// <summary>Views of given sizes along a dimension.</summary>
        public Tensor[] split(long[] sizes, long dim = 0) => Ops.split_with_sizes.CallMany(this, sizes, dim);

        /// <summary>Views of given sizes along a dimension.</summary>
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => Ops.split_with_sizes.CallMany(this, sizes.ToArray(), dim);

        /// <summary>Views of given sizes along the first dimension.</summary>
        public Tensor[] split(params long[] sizes) => Ops.split_with_sizes.CallMany(this, sizes, 0);

        /// <summary>One view for each index of a dimension, without it.</summary>
        public Tensor[] unbind(long dimension = 0) => Ops.unbind_int.CallMany(this, dimension);

        /// <summary>Complex numbers as pairs, a view.</summary>
        public Tensor view_as_real() => Ops.view_as_real.Unary(this);

        /// <summary>Pairs as complex numbers, a view.</summary>
        public Tensor view_as_complex() => Ops.view_as_complex.Unary(this);

        /// <summary>Takes another tensor's storage, shape and strides.</summary>
        public Tensor set_(Tensor source) => Ops.set__source_Tensor.InPlace(this, source);
    }
}
