namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Tango's score test and limits for a paired difference of proportions (Statistics in Medicine 17, 1998). The rule that passes a gate.
/// </summary>
public static class Tango
{
    /// <summary>
    /// The score statistic of the hypothesis that the true difference is −drop; it falls as lost grows and rises with gained.
    /// </summary>
    /// <param name="lost">Pairs lost.</param>
    /// <param name="gained">Pairs gained.</param>
    /// <param name="n">All pairs.</param>
    /// <param name="drop">Hypothesised drop θ in [−1, 1].</param>
    public static double Score(int lost, int gained, int n, double drop)
    {
        var numerator = gained - lost + n * drop;
        var variance = n * (2 * GainedRate(lost, gained, n, drop) + drop * (1 - drop));
        if (variance > 0) return numerator / Math.Sqrt(variance);
        return numerator > 0 ? double.PositiveInfinity : numerator < 0 ? double.NegativeInfinity : 0;
    }

    /// <summary>Maximum likelihood estimate of the gained rate q when the lost rate is q + drop.</summary>
    public static double GainedRate(int lost, int gained, int n, double drop)
    {
        double a = 2.0 * n, b = -lost - gained + (2.0 * n - lost + gained) * drop, c = -gained * drop * (1 - drop);
        var root = Math.Sqrt(Math.Max(0, b * b - 4 * a * c));
        if (b > 0) return c == 0 ? 0 : -2 * c / (b + root);
        return (root - b) / (2 * a);
    }

    /// <summary>p of non-inferiority at a margin: 1 − Φ(Score at drop = margin).</summary>
    public static double NonInferiority(PairedTable table, double margin)
    {
        Check.OpenUnit(margin, nameof(margin));
        return Normal.UpperTail(Score(table.Lost, table.Gained, table.N, margin));
    }

    /// <summary>True when the one-sided lower limit at <paramref name="alpha"/> is above −margin.</summary>
    public static bool Passes(PairedTable table, double margin, double alpha)
    {
        Check.OpenUnit(margin, nameof(margin));
        Check.Alpha(alpha);
        return Score(table.Lost, table.Gained, table.N, margin) > Normal.UpperQuantile(alpha);
    }

    /// <summary>Both limits, each one-sided at <paramref name="tail"/>: .05 gives the printed two-sided 90 % interval.</summary>
    public static Interval Limits(PairedTable table, double tail)
    {
        Check.Alpha(tail);
        var z = Normal.UpperQuantile(tail);
        var lower = LowerLimit(table.Lost, table.Gained, table.N, z);
        var upper = -LowerLimit(table.Gained, table.Lost, table.N, z);
        return new(lower, upper);
    }

    /// <summary>The difference δ at which the score of the hypothesis "δ" equals z; the score falls in δ, so halving finds it.</summary>
    private static double LowerLimit(int lost, int gained, int n, double z)
    {
        if (lost == n) return -1;
        if (lost + gained == 0) return -z * z / (n + z * z);
        double low = -1, high = (double)(gained - lost) / n;
        for (var i = 0; i < 200; i++)
        {
            var middle = 0.5 * (low + high);
            if (middle <= low || middle >= high) break;
            if (Score(lost, gained, n, -middle) > z) low = middle; else high = middle;
        }

        return 0.5 * (low + high);
    }
}
