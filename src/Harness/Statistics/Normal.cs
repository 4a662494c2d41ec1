using MathNet.Numerics;

namespace SafetyGate.Harness.Statistics;

/// <summary>The standard normal distribution, by MathNet's error functions (full double precision in both tails).</summary>
public static class Normal
{
    private const double Root2 = 1.4142135623730951;

    /// <summary>P(Z ≤ x).</summary>
    public static double Cdf(double x) => 0.5 * SpecialFunctions.Erfc(-x / Root2);

    /// <summary>P(Z &gt; x), without the cancellation of 1 − Cdf.</summary>
    public static double UpperTail(double x) => 0.5 * SpecialFunctions.Erfc(x / Root2);

    /// <summary>The x with P(Z ≤ x) = p; ∓∞ at 0 and 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not in [0,1].</exception>
    public static double Quantile(double p)
    {
        Check.Probability(p, nameof(p));
        return 0 - UpperQuantile(p); // 0 at one half, not −0
    }

    /// <summary>
    /// The x with P(Z &gt; x) = tail, accurate for small tails: the z of a one-sided test at level <paramref name="tail"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The tail is not in [0,1].</exception>
    public static double UpperQuantile(double tail)
    {
        Check.Probability(tail, nameof(tail));
        return Root2 * SpecialFunctions.ErfcInv(2 * tail);
    }
}
