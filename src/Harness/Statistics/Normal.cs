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
        return p < 0.5 ? -UpperQuantile(p) : UpperQuantile(1 - p);
    }

    /// <summary>
    /// The x with P(Z &gt; x) = tail, accurate for small tails: the z of a one-sided test at level <paramref name="tail"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The tail is not in [0,1].</exception>
    public static double UpperQuantile(double tail)
    {
        Check.Probability(tail, nameof(tail));
        if (tail == 0) return double.PositiveInfinity;
        if (tail == 1) return double.NegativeInfinity;
        var x = Root2 * SpecialFunctions.ErfcInv(2 * tail);
        // One Newton step removes the error of the rational approximation.
        var density = Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
        return density > 0 ? x + (UpperTail(x) - tail) / density : x;
    }
}
