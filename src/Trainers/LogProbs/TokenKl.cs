using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>KL of two policies, token by token, in nats: over the whole vocabulary, and from the drawn token alone.</summary>
/// <remarks>
/// k1 = log π − log p, k2 = k1²/2, k3 = exp(−k1) − 1 + k1 (J. Schulman, "Approximating KL divergence", 2020). Under draws from π the full
/// KL, k1 and k3 have the mean KL(π‖p); k2 does not. Bounds need the sum over a sequence, never the mean per token.
/// </remarks>
public static class TokenKl
{
    // exp(80) is 5e34: still finite in float32 with room for a sum, and long past telling anything.
    private const double LargestExponent = 80;

    /// <summary>
    /// KL(first‖second) = Σ first·(log first − log second) over the vocabulary; swap the arguments for the other direction.
    /// </summary>
    /// <param name="logFirstNV">[.., V], natural logarithms that sum to 1. Borrowed.</param>
    /// <param name="logSecondNV">The same shape. Borrowed.</param>
    /// <returns>[..], nats, not below 0; +∞ where the second excludes what the first allows. The caller disposes it.</returns>
    public static Tensor Full(Tensor logFirstNV, Tensor logSecondNV)
    {
        if (!logFirstNV.shape.SequenceEqual(logSecondNV.shape))
            throw new ArgumentException(Invariant($"The policies have [{string.Join(", ", logFirstNV.shape)}] and [{string.Join(", ", logSecondNV.shape)}] log-probabilities; the two must be the same."), nameof(logSecondNV));
        using var scope = NewDisposeScope();
        var first = logFirstNV.exp();
        var terms = where(first.gt(Scalars.Of(0L)), first * (logFirstNV - logSecondNV), zeros_like(first)); // 0·log 0 is 0
        return terms.sum(-1).clamp_min(Scalars.Of(0L)).MoveToOuterDisposeScope();
    }

    /// <summary>log π − log p of the drawn tokens. The caller disposes it.</summary>
    /// <param name="logPolicy">log π. Borrowed.</param>
    /// <param name="logReference">log p. Borrowed.</param>
    public static Tensor K1(Tensor logPolicy, Tensor logReference) => logPolicy - logReference;

    /// <summary>Half the square of k1. The caller disposes it.</summary>
    /// <param name="logPolicy">log π. Borrowed.</param>
    /// <param name="logReference">log p. Borrowed.</param>
    public static Tensor K2(Tensor logPolicy, Tensor logReference)
    {
        using var scope = NewDisposeScope();
        return K1(logPolicy, logReference).square().Over(2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// exp(−k1) − 1 + k1, by expm1 so that nothing is lost near 0; the exponent is held at 80, so that it never overflows.
    /// </summary>
    /// <param name="logPolicy">log π. Borrowed.</param>
    /// <param name="logReference">log p. Borrowed.</param>
    /// <returns>Not below 0 but for rounding. The caller disposes it.</returns>
    public static Tensor K3(Tensor logPolicy, Tensor logReference)
    {
        using var scope = NewDisposeScope();
        var k1 = K1(logPolicy, logReference);
        return k1.neg().clamp_max(Scalars.Of(LargestExponent)).expm1().Plus(k1).MoveToOuterDisposeScope();
    }

    /// <summary>Sums over the tokens of each row that count.</summary>
    /// <param name="perTokenBC">[B, C]. Borrowed.</param>
    /// <param name="keepMaskBC">[B, C], bool. Values where it is false are not read. Borrowed.</param>
    /// <returns>[B]; the caller disposes it.</returns>
    public static Tensor SequenceSum(Tensor perTokenBC, Tensor keepMaskBC)
    {
        using var scope = NewDisposeScope();
        return where(keepMaskBC, perTokenBC, zeros_like(perTokenBC)).sum(-1).MoveToOuterDisposeScope();
    }
}
