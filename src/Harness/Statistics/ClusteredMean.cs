namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Mean of values that come in clusters, such as several prompts of one behavior, with cluster-robust standard errors
/// (CR0, CR1; CR2 with its degrees of freedom: Bell and McCaffrey 2002) for a regression on an intercept alone.
/// </summary>
public sealed record ClusteredMean
{
    private ClusteredMean() { }

    /// <summary>Mean of all values.</summary>
    public required double Mean { get; init; }

    /// <summary>Values.</summary>
    public required int N { get; init; }

    /// <summary>Clusters; 2 or more.</summary>
    public required int Clusters { get; init; }

    /// <summary>Standard error without correction.</summary>
    public required double Cr0 { get; init; }

    /// <summary>With G/(G−1).</summary>
    public required double Cr1 { get; init; }

    /// <summary>Bias-reduced; the one to use.</summary>
    public required double Cr2 { get; init; }

    /// <summary>Satterthwaite degrees of freedom of CR2.</summary>
    public required double Cr2DegreesOfFreedom { get; init; }

    /// <summary>Intraclass correlation (ANOVA); <c>null</c> when every cluster has one value or nothing varies.</summary>
    public required double? IntraclassCorrelation { get; init; }

    /// <summary>Kish's design effect from the intraclass correlation; <c>null</c> with it.</summary>
    public required double? KishDesignEffect { get; init; }

    /// <summary>CR1 variance over that of independent values; <c>null</c> when nothing varies.</summary>
    public required double? DesignEffect { get; init; }

    /// <summary>N over the design effect.</summary>
    public double? EffectiveN => DesignEffect is > 0 and var d ? N / d : null;

    /// <summary>Two-sided t interval from CR1 with G − 1 degrees of freedom.</summary>
    public Interval Cr1Limits(double level) => Limits(level, Cr1, Clusters - 1);

    /// <summary>Two-sided t interval from CR2.</summary>
    public Interval Cr2Limits(double level) => Limits(level, Cr2, Cr2DegreesOfFreedom);

    /// <summary>Of values and the cluster of each.</summary>
    /// <exception cref="ArgumentException">Lengths differ, a value is not finite, or there is one cluster.</exception>
    public static ClusteredMean Of(IReadOnlyList<double> values, IReadOnlyList<int> clusters)
    {
        Check.Finite(values, nameof(values));
        if (values.Count != clusters.Count)
            throw new ArgumentException(Invariant($"There are {values.Count} values and {clusters.Count} clusters of them."),
                nameof(clusters));
        var groups = values.Zip(clusters).GroupBy(p => p.Second, p => p.First).Select(g => g.ToArray()).ToArray();
        var (n, count) = (values.Count, groups.Length);
        if (count < 2)
            throw new ArgumentException("All values are of one cluster; the variance between clusters is not estimable.", nameof(clusters));
        var mean = StudentMean.Average(values);
        var sums = groups.Select(g => g.Sum(v => v - mean)).ToArray();
        double nn = (double)n * n;
        var cr0 = sums.Sum(u => u * u) / nn;
        var cr1 = cr0 * count / (count - 1);
        var cr2 = groups.Zip(sums).Sum(p => p.Second * p.Second / (1 - (double)p.First.Length / n)) / nn;
        var icc = Icc(groups, n, mean);
        var simple = values.Sum(v => (v - mean) * (v - mean)) / (n - 1) / n;
        return new()
        {
            Mean = mean,
            N = n,
            Clusters = count,
            Cr0 = Math.Sqrt(cr0),
            Cr1 = Math.Sqrt(cr1),
            Cr2 = Math.Sqrt(cr2),
            Cr2DegreesOfFreedom = Freedom(groups, n),
            IntraclassCorrelation = icc,
            KishDesignEffect = icc is { } rho ? 1 + (groups.Sum(g => (double)g.Length * g.Length) / n - 1) * rho : null,
            DesignEffect = simple > 0 ? cr1 / simple : null,
        };
    }

    private static double Freedom(double[][] groups, int n)
    {
        var size = groups.Select(g => (double)g.Length).ToArray();
        var c = size.Select(s => 1 / Math.Sqrt(1 - s / n)).ToArray();
        double trace = 0, squares = 0;
        for (var g = 0; g < size.Length; g++)
        {
            for (var h = 0; h < size.Length; h++)
            {
                var omega = c[g] * c[h] * ((g == h ? size[g] : 0) - size[g] * size[h] / n);
                if (g == h) trace += omega;
                squares += omega * omega;
            }
        }

        return trace * trace / squares;
    }

    private static double? Icc(double[][] groups, int n, double mean)
    {
        var count = groups.Length;
        if (n == count) return null;
        var between = groups.Sum(g => g.Length * Math.Pow(StudentMean.Average(g) - mean, 2)) / (count - 1);
        var within = groups.Sum(g => StudentMean.Average(g) is var m ? g.Sum(v => (v - m) * (v - m)) : 0) / (n - count);
        var m0 = (n - groups.Sum(g => (double)g.Length * g.Length) / n) / (count - 1);
        var total = between + (m0 - 1) * within;
        return total == 0 ? null : (between - within) / total;
    }

    private Interval Limits(double level, double se, double df)
    {
        Check.OpenUnit(level, nameof(level));
        var half = StudentT.UpperQuantile((1 - level) / 2, df) * se;
        return new(Mean - half, Mean + half);
    }
}
