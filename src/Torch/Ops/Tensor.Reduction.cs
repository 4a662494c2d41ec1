using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum of all elements.</summary>
        public Tensor sum(ScalarType? type = null) => Ops.sum.Call(this, type);

        /// <summary>Sums along dimensions.</summary>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Ops.sum_dim_IntList.Call(this, new[] { dim }, keepdim, type);

        /// <summary>Sums along dimensions.</summary>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Ops.sum_dim_IntList.Call(this, dim, keepdim, type);

        /// <summary>Sums along dimensions.</summary>
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Ops.sum_dim_IntList.Call(this, dim.ToArray(), keepdim, type);

        /// <summary>Sums along two dimensions.</summary>
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => Ops.sum_dim_IntList.Call(this, new[] { dim0, dim1 }, keepdim, type);

        /// <summary>Sums along three dimensions.</summary>
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => Ops.sum_dim_IntList.Call(this, new[] { dim0, dim1, dim2 }, keepdim, type);

        /// <summary>The mean of all elements.</summary>
        public Tensor mean() => Ops.mean.Call(this);

        /// <summary>Means along dimensions.</summary>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Ops.mean_dim.Call(this, dimensions, keepdim, type);

        /// <summary>The product of all elements.</summary>
        public Tensor prod(ScalarType? type = null) => Ops.prod.Call(this, type);

        /// <summary>Products along a dimension.</summary>
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Ops.prod_dim_int.Call(this, dim, keepdim, type);

        /// <summary>Running sums along a dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => Ops.cumsum.Call(this, dim, type);

        /// <summary>Running products along a dimension.</summary>
        public Tensor cumprod(long dim, ScalarType? type = null) => Ops.cumprod.Call(this, dim, type);

        /// <summary>The variance of all elements (divided by n - 1 when unbiased).</summary>
        public Tensor var(bool unbiased = true) => Ops.var.Call(this, unbiased);

        /// <summary>Variances along a dimension.</summary>
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.var_dim.Call(this, new[] { dim }, unbiased, keepdim).As(type);

        /// <summary>Variances along dimensions.</summary>
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.var_dim.Call(this, dimensions, unbiased, keepdim).As(type);

        /// <summary>Variances along dimensions.</summary>
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.var_dim.Call(this, dimensions.ToArray(), unbiased, keepdim).As(type);

        /// <summary>The standard deviation of all elements (divided by n - 1 when unbiased).</summary>
        public Tensor std(bool unbiased = true) => Ops.std.Call(this, unbiased);

        /// <summary>Standard deviations along a dimension.</summary>
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.std_dim.Call(this, new[] { dim }, unbiased, keepdim).As(type);

        /// <summary>Standard deviations along dimensions.</summary>
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.std_dim.Call(this, dimensions, unbiased, keepdim).As(type);

        /// <summary>Standard deviations along dimensions.</summary>
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.std_dim.Call(this, dimensions.ToArray(), unbiased, keepdim).As(type);

        /// <summary>The largest element.</summary>
        public Tensor max() => Ops.max.Unary(this);

        /// <summary>The larger of two elements, broadcast.</summary>
        public Tensor max(Tensor other) => Ops.max_other.Binary(this, other);

        /// <summary>The largest elements along a dimension, and where they are.</summary>
        public (Tensor, Tensor) max(long dim, bool keepdim = false) => Ops.max_dim.Call2(this, dim, keepdim);

        /// <summary>The smallest element.</summary>
        public Tensor min() => Ops.min.Unary(this);

        /// <summary>The smaller of two elements, broadcast.</summary>
        public Tensor min(Tensor other) => Ops.min_other.Binary(this, other);

        /// <summary>The smallest elements along a dimension, and where they are.</summary>
        public (Tensor, Tensor) min(long dim, bool keepdim = false) => Ops.min_dim.Call2(this, dim, keepdim);

        /// <summary>The largest elements along dimensions.</summary>
        public Tensor amax(params long[] dims) => Ops.amax.Call(this, dims);

        /// <summary>The largest elements along dimensions.</summary>
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => @out is null ? Ops.amax.Call(this, dims, keepdim) : @out.Receive(Ops.amax.Call(this, dims, keepdim));

        /// <summary>The largest elements along dimensions.</summary>
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => @out is null ? Ops.amax.Call(this, dims.ToArray(), keepdim) : @out.Receive(Ops.amax.Call(this, dims.ToArray(), keepdim));

        /// <summary>The smallest elements along dimensions.</summary>
        public Tensor amin(params long[] dims) => Ops.amin.Call(this, dims);

        /// <summary>The smallest elements along dimensions.</summary>
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => @out is null ? Ops.amin.Call(this, dims, keepdim) : @out.Receive(Ops.amin.Call(this, dims, keepdim));

        /// <summary>The smallest elements along dimensions.</summary>
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => @out is null ? Ops.amin.Call(this, dims.ToArray(), keepdim) : @out.Receive(Ops.amin.Call(this, dims.ToArray(), keepdim));

        /// <summary>Where the largest element is, counted in row order.</summary>
        public Tensor argmax() => Ops.argmax.Call(this);

        /// <summary>Where the largest elements along a dimension are.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => Ops.argmax.Call(this, dim, keepdim);

        /// <summary>Where the smallest element is, counted in row order.</summary>
        public Tensor argmin() => Ops.argmin.Call(this);

        /// <summary>Where the smallest elements along a dimension are.</summary>
        public Tensor argmin(long dim, bool keepdim = false) => Ops.argmin.Call(this, dim, keepdim);

        /// <summary>Whether no element is zero.</summary>
        public Tensor all() => Ops.all.Unary(this);

        /// <summary>Whether no element along a dimension is zero.</summary>
        public Tensor all(long dim, bool keepdim = false) => Ops.all_dim.Call(this, dim, keepdim);

        /// <summary>Whether some element is not zero.</summary>
        public Tensor any() => Ops.any.Unary(this);

        /// <summary>Whether some element along a dimension is not zero.</summary>
        public Tensor any(long dim, bool keepdim = false) => Ops.any_dim.Call(this, dim, keepdim);

        /// <summary>The p-norm of all elements.</summary>
        public Tensor norm(float p = 2) => Ops.norm_Scalar.Call(this, p);

        /// <summary>The p-norms along a dimension.</summary>
        public Tensor norm(int dim, bool keepdim = false, float p = 2) => Ops.norm_ScalarOpt_dim.Call(this, p, new long[] { dim }, keepdim);

        /// <summary>log(sum(exp)) along a dimension, without overflow.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false) => Ops.logsumexp.Call(this, new[] { dim }, keepdim);

        /// <summary>exp(x) / sum(exp(x)) along a dimension, in dtype when given.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => Ops.softmax_int.Call(this, dim, dtype);

        /// <summary>log(softmax) along a dimension, in dtype when given.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Ops.log_softmax_int.Call(this, dim, dtype);

        /// <summary>The median of all elements (the lower one of two).</summary>
        public Tensor median() => Ops.median.Unary(this);

        /// <summary>The k largest (or smallest) elements along a dimension, and where they are.</summary>
        public (Tensor, Tensor) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => Ops.topk.Call2(this, k, dim, largest, sorted);

        /// <summary>Elements in order along a dimension, and where they were.</summary>
        public (Tensor, Tensor) sort(long dim = -1, bool descending = false, bool stable = false) => Ops.sort_stable.Call2(this, stable, dim, descending);

        /// <summary>Where the elements in order along a dimension are.</summary>
        public Tensor argsort(long dim = -1, bool descending = false) => Ops.argsort.Call(this, dim, descending);

        /// <summary>Running maxima along a dimension, and where they are.</summary>
        public (Tensor, Tensor) cummax(long dim) => Ops.cummax.Call2(this, dim);

        /// <summary>Running minima along a dimension, and where they are.</summary>
        public (Tensor, Tensor) cummin(long dim) => Ops.cummin.Call2(this, dim);

        /// <summary>How many elements are not zero along dimensions.</summary>
        public Tensor count_nonzero(long[]? dims = null) => Ops.count_nonzero_dim_IntList.Call(this, dims);

        /// <summary>Indices drawn by the weights of every row.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) => Ops.multinomial.Call(this, num_samples, replacement, generator);
    }
}
