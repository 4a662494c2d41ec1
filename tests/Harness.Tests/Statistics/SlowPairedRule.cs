using System.Numerics;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>
/// A second implementation of the paired rule, as slow and literal as can be: exact fractions for the exact tests, bisection for the rest.
/// It shares no code with the product.
/// </summary>
internal static class SlowPairedRule
{
    /// <summary>P(X ≥ lost) for X ~ Binomial(lost + gained, ½), as numerator over 2^(lost + gained).</summary>
    public static (BigInteger Numerator, BigInteger Denominator) McNemar(int lost, int gained)
    {
        var n = lost + gained;
        var sum = BigInteger.Zero;
        for (var k = lost; k <= n; k++) sum += Choose(n, k);
        return (sum, BigInteger.One << n);
    }

    /// <summary>Holm's step-down p-values as exact fractions over a common denominator, then as doubles.</summary>
    public static double[] Holm(IReadOnlyList<(BigInteger Numerator, BigInteger Denominator)> p)
    {
        var order = Enumerable.Range(0, p.Count).OrderBy(i => i, Comparer<int>.Create((a, b) => Compare(p[a], p[b]))).ToArray();
        var adjusted = new double[p.Count];
        (BigInteger Numerator, BigInteger Denominator) most = (0, 1);
        for (var rank = 0; rank < order.Length; rank++)
        {
            var one = p[order[rank]];
            var scaled = (Numerator: one.Numerator * (p.Count - rank), one.Denominator);
            if (Compare(scaled, (1, 1)) > 0) scaled = (1, 1);
            if (Compare(scaled, most) > 0) most = scaled;
            adjusted[order[rank]] = Ratio(most);
        }

        return adjusted;
    }

    /// <summary>Whether a fraction is at most another.</summary>
    public static int Compare((BigInteger Numerator, BigInteger Denominator) a, (BigInteger Numerator, BigInteger Denominator) b) =>
        (a.Numerator * b.Denominator).CompareTo(b.Numerator * a.Denominator);

    /// <summary>A fraction to the nearest double but a few last bits.</summary>
    public static double Ratio((BigInteger Numerator, BigInteger Denominator) fraction)
    {
        const int bits = 80;
        var shift = (int)Math.Max(0, fraction.Denominator.GetBitLength() - fraction.Numerator.GetBitLength() + bits);
        return Math.ScaleB((double)((fraction.Numerator << shift) / fraction.Denominator), -shift);
    }

    /// <summary>
    /// Tango's lower limit of (gained − lost)/n: the least Δ whose score statistic is below the critical value. The nuisance, the share lost
    /// under Δ, is where the derivative of the log-likelihood is 0, found by bisection and not by the quadratic's root.
    /// </summary>
    public static double TangoLower(int both, int lost, int gained, int neither, double z)
    {
        double n = both + lost + gained + neither, low = -1, high = (gained - lost) / n;
        for (var i = 0; i < 100; i++)
        {
            var middle = 0.5 * (low + high);
            if (Score(n, lost, gained, middle) >= z) low = middle; else high = middle;
        }

        return high;
    }

    // (gained − lost − nΔ)/√(n(2q + Δ − Δ²)) with q the likeliest share lost under gained share − lost share = Δ.
    private static double Score(double n, double lost, double gained, double delta)
    {
        double low = Math.Max(0, -delta), high = (1 - delta) / 2;
        for (var i = 0; i < 200; i++)
        {
            var q = 0.5 * (low + high);
            var slope = (lost == 0 ? 0 : lost / q) + (gained == 0 ? 0 : gained / (q + delta)) - (2 * (n - lost - gained) / (1 - delta - (2 * q)));
            if (slope > 0) low = q; else high = q;
        }

        var variance = n * ((low + high) + delta - (delta * delta));
        var difference = gained - lost - (n * delta);
        return variance <= 0 ? (difference > 0 ? double.PositiveInfinity : 0) : difference / Math.Sqrt(variance);
    }

    /// <summary>The upper quantile of the normal distribution by bisection over the integral of its density (Simpson's rule).</summary>
    public static double Normal(double tail)
    {
        double low = 0, high = 9;
        for (var i = 0; i < 60; i++)
        {
            var middle = 0.5 * (low + high);
            if (0.5 - Integral(middle) > tail) low = middle; else high = middle;
        }

        return 0.5 * (low + high);

        static double Integral(double to)
        {
            const int steps = 4000;
            var h = to / steps;
            double sum = 0;
            for (var i = 0; i <= steps; i++) sum += (i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-0.5 * i * h * i * h);
            return sum * h / 3 / Math.Sqrt(2 * Math.PI);
        }
    }

    /// <summary>
    /// Whether P(X ≥ successes | n, p) is at least α for the fraction p = numerator/2^bits: the exact statement behind Clopper and Pearson's
    /// lower limit.
    /// </summary>
    public static bool UpperTailReaches(int successes, int n, BigInteger numerator, int bits, double alpha)
    {
        var one = BigInteger.One << bits;
        var sum = BigInteger.Zero;
        for (var k = successes; k <= n; k++) sum += Choose(n, k) * BigInteger.Pow(numerator, k) * BigInteger.Pow(one - numerator, n - k);
        // α as a fraction over 2^60, exactly what the double holds.
        var level = new BigInteger(Math.ScaleB(alpha, 60));
        return (sum << 60) >= level * BigInteger.Pow(one, n);
    }

    private static BigInteger Choose(int n, int k)
    {
        var result = BigInteger.One;
        for (var i = 1; i <= Math.Min(k, n - k); i++) result = result * (n - i + 1) / i;
        return result;
    }
}
