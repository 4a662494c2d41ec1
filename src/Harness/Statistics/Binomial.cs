using MathNet.Numerics;

namespace SafetyGate.Harness.Statistics;

/// <summary>The binomial distribution with relative accuracy near 1e-14 in both tails.</summary>
/// <remarks>
/// Own code: MathNet takes exponentials of differences of log-gammas, which loses digits as n grows. The mass is Loader's
/// saddle-point form (Catherine Loader, "Fast and accurate computation of binomial probabilities", 2000).
/// </remarks>
public static class Binomial
{
    /// <summary>P(X = k) for X ~ Bin(n, p).</summary>
    public static double Mass(int k, int n, double p)
    {
        Check.Probability(p, nameof(p));
        return k < 0 || k > n ? 0 : RawMass(k, n, p, 1 - p);
    }

    /// <summary>P(X ≤ k) for X ~ Bin(n, p).</summary>
    public static double AtMost(int k, int n, double p)
    {
        Check.Probability(p, nameof(p));
        if (k < 0) return 0;
        if (k >= n) return 1;
        return BetaDistribution.Tails(p, 1 - p, k + 1.0, n - k).Upper;
    }

    /// <summary>P(X ≥ k) for X ~ Bin(n, p).</summary>
    public static double AtLeast(int k, int n, double p)
    {
        Check.Probability(p, nameof(p));
        if (k <= 0) return 1;
        if (k > n) return 0;
        return BetaDistribution.Tails(p, 1 - p, k, n - k + 1.0).Lower;
    }

    /// <summary>P(X ≥ k) for X ~ Bin(n, ½), exact to the last bit up to n = 62, so that ties with a level are ties.</summary>
    public static double FairAtLeast(int k, int n)
    {
        if (k <= 0) return 1;
        if (k > n) return 0;
        if (n > 62) return AtLeast(k, n, 0.5);
        ulong mass = 1, sum = 0; // C(n, j) for j = 0, 1, …; every product fits: C(62, 31)·31 < 2^64
        for (var j = 0; j <= n; j++)
        {
            if (j >= k) sum += mass;
            mass = (ulong)((UInt128)mass * (ulong)(n - j) / (ulong)(j + 1));
        }

        return Math.ScaleB(sum, -n);
    }

    /// <summary>Γ(n+1)/(Γ(x+1)Γ(n−x+1)) pˣ qⁿ⁻ˣ for real x in [0, n].</summary>
    internal static double RawMass(double x, double n, double p, double q)
    {
        if (p == 0) return x == 0 ? 1 : 0;
        if (q == 0) return x == n ? 1 : 0;
        if (x == 0) return n == 0 ? 1 : Math.Exp(p < 0.1 ? -Deviance(n, n * q) - n * p : n * Math.Log(q));
        if (x == n) return Math.Exp(q < 0.1 ? -Deviance(n, n * p) - n * q : n * Math.Log(p));
        var log = StirlingError(n) - StirlingError(x) - StirlingError(n - x) - Deviance(x, n * p) - Deviance(n - x, n * q);
        return Math.Exp(log) * Math.Sqrt(n / (2 * Math.PI * x * (n - x)));
    }

    private static readonly double[] WholeStirlingErrors = [.. Enumerable.Range(0, 16).Select(z => z == 0 ? 0 : SmallStirlingError(z))];

    private static double SmallStirlingError(double z) =>
        SpecialFunctions.GammaLn(z + 1) - (z + 0.5) * Math.Log(z) + z - 0.91893853320467274178;

    /// <summary>ln Γ(z+1) − (z+½) ln z + z − ½ ln 2π.</summary>
    private static double StirlingError(double z)
    {
        if (z < 16) return z == Math.Floor(z) ? WholeStirlingErrors[(int)z] : SmallStirlingError(z);
        var zz = z * z;
        return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360360 / zz) / zz) / zz) / zz) / zz) / z;
    }

    /// <summary>x ln(x/m) + m − x without cancellation.</summary>
    private static double Deviance(double x, double m)
    {
        if (Math.Abs(x - m) < 0.1 * (x + m))
        {
            var v = (x - m) / (x + m);
            var s = (x - m) * v;
            var term = 2 * x * v;
            v *= v;
            for (var j = 1; j < 1000; j++)
            {
                term *= v;
                var next = s + term / (2 * j + 1);
                if (next == s) break;
                s = next;
            }

            return s;
        }

        return x * Math.Log(x / m) + m - x;
    }
}
