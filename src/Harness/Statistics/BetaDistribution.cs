namespace SafetyGate.Harness.Statistics;

/// <summary>The beta distribution: regularized incomplete beta function and its inverse.</summary>
/// <remarks>
/// Own code: MathNet's inverse stops near 1e-8, and its continued fraction gives up for parameters of 1e5. Lentz's continued
/// fraction (DLMF 8.17.22) behind Loader's form of the leading factor; both tails are returned, never one as 1 minus the other
/// where that would cancel.
/// </remarks>
public static class BetaDistribution
{
    /// <summary>Both tails at a point.</summary>
    /// <param name="Lower">P(X ≤ x).</param>
    /// <param name="Upper">P(X &gt; x).</param>
    public readonly record struct TailPair(double Lower, double Upper);

    /// <summary>A point and its distance to 1, both with full relative accuracy.</summary>
    /// <param name="X">The point.</param>
    /// <param name="Complement">1 − X.</param>
    public readonly record struct Point(double X, double Complement);

    /// <summary>P(X ≤ x) for X ~ Beta(a, b).</summary>
    public static double Cdf(double x, double a, double b)
    {
        Check.Probability(x, nameof(x));
        return Tails(x, 1 - x, a, b).Lower;
    }

    /// <summary>Both tails at x, given x and 1 − x.</summary>
    public static TailPair Tails(double x, double complement, double a, double b)
    {
        if (!(a > 0 && b > 0 && double.IsFinite(a) && double.IsFinite(b)))
            throw new ArgumentOutOfRangeException(nameof(a), Invariant($"Beta({a}, {b}): both parameters must be finite and above 0."));
        if (x <= 0) return new(0, 1);
        if (complement <= 0) return new(1, 0);
        if (x <= (a + 1) / (a + b + 2))
        {
            var lower = Math.Min(1, Leading(x, complement, a, b) * Fraction(x, a, b));
            return new(lower, 1 - lower);
        }

        var upper = Math.Min(1, Leading(complement, x, b, a) * Fraction(complement, b, a));
        return new(1 - upper, upper);
    }

    /// <summary>The x with P(X ≤ x) = p.</summary>
    public static double Quantile(double p, double a, double b)
    {
        Check.Probability(p, nameof(p));
        return QuantilePoint(p, 1 - p, a, b).X;
    }

    /// <summary>The x with P(X ≤ x) = p and P(X &gt; x) = upper, from whichever end of [0,1] it is nearer to.</summary>
    public static Point QuantilePoint(double p, double upper, double a, double b)
    {
        var half = Tails(0.5, 0.5, a, b);
        if (p <= half.Lower)
        {
            var x = SolveSmall(p, upper, a, b);
            return new(x, 1 - x);
        }

        var y = SolveSmall(upper, p, b, a);
        return new(1 - y, y);
    }

    /// <summary>
    /// Solves P(X ≤ x) = p for an x in [0, ½] in the logarithm of x: Newton inside a bracket, halving when a step leaves it.
    /// </summary>
    private static double SolveSmall(double p, double upper, double a, double b)
    {
        if (p <= 0) return 0;
        double low = -745, high = Math.Log(0.5), u = Math.Max(low, Math.Min(high, (Math.Log(p) + Math.Log(a) + LogBeta(a, b)) / a));
        for (var i = 0; i < 400; i++)
        {
            var x = Math.Exp(u);
            var y = -MathNet.Numerics.SpecialFunctions.Expm1(u);
            var tails = Tails(x, y, a, b);
            var f = p <= upper ? tails.Lower - p : upper - tails.Upper;
            if (f == 0) return x;
            if (f < 0) low = u; else high = u;
            var slope = a * Leading(x, y, a, b) / y;
            var next = u - f / slope;
            if (!(next > low && next < high)) next = 0.5 * (low + high);
            if (Math.Abs(next - u) <= 1e-16 * Math.Abs(u) || high - low < 1e-16) return Math.Exp(next);
            u = next;
        }

        return Math.Exp(u);
    }

    private static double LogBeta(double a, double b) =>
        MathNet.Numerics.SpecialFunctions.GammaLn(a) + MathNet.Numerics.SpecialFunctions.GammaLn(b) - MathNet.Numerics.SpecialFunctions.GammaLn(a + b);

    /// <summary>xᵃ(1−x)ᵇ / (a·B(a,b)).</summary>
    private static double Leading(double x, double y, double a, double b) => Binomial.RawMass(a, a + b, x, y) * b / (a + b);

    private static double Fraction(double x, double a, double b)
    {
        const double tiny = 1e-300;
        var c = 1.0;
        var d = 1 - (a + b) * x / (a + 1);
        if (Math.Abs(d) < tiny) d = tiny;
        d = 1 / d;
        var h = d;
        for (var m = 1; m < 1_000_000; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2.0 * m));
            d = 1 + even * d;
            if (Math.Abs(d) < tiny) d = tiny;
            c = 1 + even / c;
            if (Math.Abs(c) < tiny) c = tiny;
            d = 1 / d;
            h *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2 * m + 1));
            d = 1 + odd * d;
            if (Math.Abs(d) < tiny) d = tiny;
            c = 1 + odd / c;
            if (Math.Abs(c) < tiny) c = tiny;
            d = 1 / d;
            var step = d * c;
            h *= step;
            if (Math.Abs(step - 1) < 1e-16) return h;
        }

        throw new ArithmeticException(Invariant($"The continued fraction of Beta({a}, {b}) at {x} did not converge."));
    }
}
