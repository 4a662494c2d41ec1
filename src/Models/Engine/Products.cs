using static TorchSharp.torch;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Products whose memory may not be there. TorchSharp passes an error of <c>matmul</c> to nobody: the exception leaves a function of C, and the
/// process is aborted. An allocation that fails is reported, so room for a large product is asked for first, and given back.
/// </summary>
internal static class Products
{
    private const long Large = 4L << 20; // numbers; a smaller product is not what ends memory

    /// <summary>The product of two stacks of matrices of the same sizes before the last two.</summary>
    /// <param name="leftXMK">[…, M, K]. Borrowed.</param>
    /// <param name="rightXKN">[…, K, N]. Borrowed.</param>
    /// <returns>[…, M, N].</returns>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Memory is exhausted.</exception>
    public static Tensor Of(Tensor leftXMK, Tensor rightXKN)
    {
        var numbers = leftXMK.numel() / Math.Max(1, leftXMK.shape[^1]) * rightXKN.shape[^1];
        if (numbers >= Large) empty(numbers + Copied(leftXMK) + Copied(rightXKN), leftXMK.dtype, leftXMK.device).Dispose();
        return matmul(leftXMK, rightXKN);
    }

    private static long Copied(Tensor factor) => factor.is_contiguous() ? 0 : factor.numel();
}
