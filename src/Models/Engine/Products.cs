using static TorchSharp.torch;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Products that report their errors. TorchSharp passes an error of <c>matmul</c> to nobody: the exception leaves a function of C, and the process
/// is aborted, be it for want of memory or for what a GPU did before. Of <c>bmm</c>, which <c>matmul</c> calls for such factors, it reports them.
/// </summary>
internal static class Products
{
    /// <summary>The product of two stacks of matrices of the same sizes before the last two.</summary>
    /// <param name="leftXMK">[…, M, K], of three sizes or more. Borrowed.</param>
    /// <param name="rightXKN">[…, K, N]. Borrowed.</param>
    /// <returns>[…, M, N].</returns>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Memory is exhausted, or the device failed.</exception>
    public static Tensor Of(Tensor leftXMK, Tensor rightXKN)
    {
        var shape = leftXMK.shape;
        if (shape.Length == 3) return leftXMK.bmm(rightXKN);
        shape[^1] = rightXKN.shape[^1];
        return Flat(leftXMK).bmm(Flat(rightXKN)).view(shape);
    }

    private static Tensor Flat(Tensor matrices) => matrices.reshape(-1, matrices.shape[^2], matrices.shape[^1]);
}
