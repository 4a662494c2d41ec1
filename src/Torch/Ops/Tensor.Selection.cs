using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The given indices of a dimension.</summary>
        public Tensor index_select(long dim, Tensor index) => Ops.index_select.Call(this, dim, index);

        /// <summary>This, with alpha times the source added at the given indices.</summary>
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.index_add.Call(this, dim, index, source, alpha);

        /// <summary>Alpha times the source added at the given indices, in place.</summary>
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.index_add_.InPlace(this, dim, index, source, alpha);

        /// <summary>This, with the source at the given indices.</summary>
        public Tensor index_copy(long dim, Tensor index, Tensor source) => Ops.index_copy.Call(this, dim, index, source);

        /// <summary>The source at the given indices, in place.</summary>
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Ops.index_copy_.InPlace(this, dim, index, source);

        /// <summary>This, with a number at the given indices.</summary>
        public Tensor index_fill(long dim, Tensor index, Scalar value) => Ops.index_fill_int_Scalar.Call(this, dim, index, value);

        /// <summary>A number at the given indices, in place.</summary>
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Ops.index_fill__int_Scalar.InPlace(this, dim, index, value);

        /// <summary>The element at an index of a dimension, for every place of the index.</summary>
        public Tensor gather(long dim, Tensor index) => Ops.gather.Call(this, dim, index);

        /// <summary>This, with the source's elements at the indices of a dimension.</summary>
        public Tensor scatter(long dim, Tensor index, Tensor src) => Ops.scatter_src.Call(this, dim, index, src);

        /// <summary>The source's elements at the indices of a dimension, in place.</summary>
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Ops.scatter__src.InPlace(this, dim, index, src);

        /// <summary>This, with the source's elements added at the indices of a dimension.</summary>
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Ops.scatter_add.Call(this, dim, index, src);

        /// <summary>The source's elements added at the indices of a dimension, in place.</summary>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Ops.scatter_add_.InPlace(this, dim, index, src);

        /// <summary>The elements where the mask is true, in row order.</summary>
        public Tensor masked_select(Tensor mask) => Ops.masked_select.Binary(this, mask);

        /// <summary>This, with the value's elements where the mask is true.</summary>
        public Tensor masked_scatter(Tensor mask, Tensor value) => Ops.masked_scatter.Call(this, mask, value);

        /// <summary>The value's elements where the mask is true, in place.</summary>
        public Tensor masked_scatter_(Tensor mask, Tensor value) => Ops.masked_scatter_.InPlace(this, mask, value);

        /// <summary>The indices of the elements that are not zero, a row each.</summary>
        public Tensor nonzero() => Ops.nonzero.Unary(this);

        /// <summary>The indices of the elements that are not zero, a row each.</summary>
        public Tensor argwhere() => Ops.argwhere.Unary(this);

        /// <summary>The elements at indices counted in row order.</summary>
        public Tensor take(Tensor index) => Ops.take.Binary(this, index);

        /// <summary>This, with the source at one index of a dimension.</summary>
        public Tensor select_scatter(Tensor src, long dim, long index) => Ops.select_scatter.Call(this, src, dim, index);

        /// <summary>This, with the source in a range of a dimension.</summary>
        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) => Ops.slice_scatter.Call(this, src, dim, start, end, step);
    }
}
