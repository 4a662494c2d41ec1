using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Tensors joined along a dimension.</summary>
    /// <param name="tensors">The tensors, of equal sizes otherwise.</param>
    /// <param name="dim">The dimension.</param>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Ops.cat.Call(tensors.ToArray(), dim);

    /// <summary>Tensors joined along a dimension.</summary>
    /// <param name="tensors">The tensors, of equal sizes otherwise.</param>
    /// <param name="dim">The dimension.</param>
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Ops.cat.Call(tensors, dim);

    /// <summary>Tensors joined along a dimension.</summary>
    /// <param name="tensors">The tensors, of equal sizes otherwise.</param>
    /// <param name="dim">The dimension.</param>
    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Ops.cat.Call(tensors.ToArray(), dim);

    /// <summary>Tensors joined along a dimension.</summary>
    /// <param name="tensors">The tensors, of equal sizes otherwise.</param>
    /// <param name="dim">The dimension.</param>
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    /// <summary>Tensors of one shape joined along a new dimension.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="dim">Where the new dimension is put.</param>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Ops.stack.Call(tensors.ToArray(), dim);

    /// <summary>Tensors joined along the first dimension; vectors are rows.</summary>
    /// <param name="tensors">The tensors.</param>
    public static Tensor vstack(Tensor[] tensors) => Ops.vstack.Call(tensors);

    /// <summary>Tensors joined along the second dimension; vectors one after another.</summary>
    /// <param name="tensors">The tensors.</param>
    public static Tensor hstack(params Tensor[] tensors) => Ops.hstack.Call(tensors);

    /// <summary>x where the condition holds, y elsewhere, broadcast.</summary>
    /// <param name="condition">Truth values.</param>
    /// <param name="x">One choice.</param>
    /// <param name="y">The other.</param>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Ops.where_self.Call(condition, x, y);

    /// <summary>The indices of the elements that are not zero, a tensor for each dimension.</summary>
    /// <param name="condition">The tensor.</param>
    public static Tensor[] where(Tensor condition) => Ops.where.CallMany(condition);

    /// <summary>Sums of products by Einstein's convention.</summary>
    /// <param name="equation">Letters for the dimensions, as in "bij,bjk->bik".</param>
    /// <param name="tensors">The factors.</param>
    public static Tensor einsum(string equation, params Tensor[] tensors) => Ops.einsum.Call(equation, tensors);

    /// <summary>Where |tensor - other| ≤ atol + rtol · |other|.</summary>
    /// <param name="tensor">A tensor.</param>
    /// <param name="other">Another.</param>
    /// <param name="rtol">The relative tolerance.</param>
    /// <param name="atol">The absolute tolerance.</param>
    /// <param name="nanEqual">Whether two NaN are close.</param>
    public static Tensor isclose(Tensor tensor, Tensor other, double rtol = 1e-5, double atol = 1e-8, bool nanEqual = false) => Ops.isclose.Call(tensor, other, rtol, atol, nanEqual);

    /// <summary>Coordinate grids of vectors.</summary>
    /// <param name="tensors">The vectors.</param>
    /// <param name="indexing">"ij" or "xy".</param>
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") => Ops.meshgrid_indexing.CallMany(tensors.ToArray(), indexing);

    /// <summary>The Euclidean norm of all elements.</summary>
    /// <param name="input">The tensor.</param>
    public static Tensor norm(Tensor input) => input.norm();

    /// <summary>The number of elements.</summary>
    /// <param name="input">The tensor.</param>
    public static long numel(Tensor input) => input.numel();

    /// <summary>Whether the elements are floating-point numbers.</summary>
    /// <param name="input">The tensor.</param>
    public static bool is_floating_point(Tensor input) => input.is_floating_point();
}
