namespace SafetyGate.Harness.Statistics;

/// <summary>Adjusts p-values for multiple comparisons. The results are in the order of the input.</summary>
public static class Multiplicity
{
    /// <summary>Bonferroni: min(1, m·p).</summary>
    public static double[] Bonferroni(IReadOnlyList<double> p) => Adjust(p, (_, m) => m, fromLargest: null);

    /// <summary>Holm (1979): step-down, valid under any dependence. The one the gate uses.</summary>
    public static double[] Holm(IReadOnlyList<double> p) => Adjust(p, (rank, m) => m - rank, fromLargest: false);

    /// <summary>Hochberg (1988): step-up, needs positive dependence.</summary>
    public static double[] Hochberg(IReadOnlyList<double> p) => Adjust(p, (rank, m) => m - rank, fromLargest: true);

    /// <summary>Benjamini and Hochberg (1995): false discovery rate.</summary>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> p) => Adjust(p, (rank, m) => m / (rank + 1.0), fromLargest: true);

    /// <summary>
    /// True when an adjusted p is at most alpha, with room for the rounding of one product: a tie written in decimals is a rejection.
    /// </summary>
    public static bool Rejects(double adjusted, double alpha) => adjusted <= alpha * (1 + 4 * 2.2204460492503131e-16);

    private static double[] Adjust(IReadOnlyList<double> p, Func<int, int, double> factor, bool? fromLargest)
    {
        if (p.Count == 0) throw new ArgumentException("No p values; nothing was tested.", nameof(p));
        for (var i = 0; i < p.Count; i++)
            if (!(p[i] >= 0 && p[i] <= 1))
                throw new ArgumentOutOfRangeException(nameof(p), p[i], Invariant($"p[{i}] is {p[i]}; it must lie in [0, 1]."));
        var m = p.Count;
        var order = Enumerable.Range(0, m).OrderBy(i => p[i]).ToArray();
        var adjusted = new double[m];
        var running = fromLargest == true ? 1.0 : 0.0;
        for (var step = 0; step < m; step++)
        {
            var rank = fromLargest == true ? m - 1 - step : step;
            var value = Math.Min(1, factor(rank, m) * p[order[rank]]);
            running = fromLargest switch { null => value, true => Math.Min(running, value), false => Math.Max(running, value) };
            adjusted[order[rank]] = running;
        }

        return adjusted;
    }
}
