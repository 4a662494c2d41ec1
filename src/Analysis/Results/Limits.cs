namespace SafetyGate.Analysis.Results;

/// <summary>Two limits around an estimate; what makes them and at which level is documented where they are computed.</summary>
/// <param name="Lower">Lower limit; negative infinity if the data set none.</param>
/// <param name="Upper">Upper limit; positive infinity if the data set none.</param>
public sealed record Limits(double Lower, double Upper)
{
    /// <summary>Limits of values drawn by a bootstrap: percentiles at α and 1 − α, counted inward so that they cover at least 1 − 2α.</summary>
    /// <param name="draws">The values; at least one. Infinite ones are limits that the draw did not set.</param>
    /// <param name="alpha">Share left out at each end.</param>
    public static Limits OfDraws(IReadOnlyList<double> draws, double alpha)
    {
        double[] sorted = [.. draws.Order()];
        var tail = (int)Math.Floor(alpha * sorted.Length);
        return new(sorted[tail], sorted[sorted.Length - 1 - tail]);
    }

    /// <summary>Whether a number is inside, limits included.</summary>
    public bool Contains(double value) => value >= Lower && value <= Upper;

    /// <summary>The two numbers; an infinite one as such.</summary>
    public override string ToString() => $"{End(Lower)} to {End(Upper)}";

    private static string End(double value) => double.IsPositiveInfinity(value) ? "∞" : double.IsNegativeInfinity(value) ? "−∞" : Invariant($"{value:0.###}");
}
