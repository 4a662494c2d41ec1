namespace SafetyGate.Analysis.Patterns;

/// <summary>How well found groups agree with true ones, whatever the groups are called; formulas as scikit-learn has them.</summary>
public sealed record LabelAgreement
{
    /// <summary>Adjusted Rand index: 1 for the same groups, 0 on average for groups by chance.</summary>
    public required double AdjustedRand { get; init; }

    /// <summary>Mutual information over the mean of both entropies.</summary>
    public required double NormalizedMutualInformation { get; init; }

    /// <summary>1 where each found group holds one true group only.</summary>
    public required double Homogeneity { get; init; }

    /// <summary>1 where each true group lies in one found group.</summary>
    public required double Completeness { get; init; }

    /// <summary>Harmonic mean of homogeneity and completeness.</summary>
    public double VMeasure => Homogeneity + Completeness > 0 ? 2 * Homogeneity * Completeness / (Homogeneity + Completeness) : 0;

    /// <summary>Computes it.</summary>
    /// <param name="truth">True group of each item; at least one.</param>
    /// <param name="found">Found group of each.</param>
    /// <exception cref="ArgumentException">There is no item, or the lists have different lengths.</exception>
    public static LabelAgreement Of(IReadOnlyList<int> truth, IReadOnlyList<int> found)
    {
        if (truth.Count == 0 || truth.Count != found.Count) throw new ArgumentException(Invariant($"There are {truth.Count} true and {found.Count} found groups; each item needs one of both."), nameof(found));
        double n = truth.Count;
        var cells = truth.Zip(found).GroupBy(pair => pair).Select(cell => (cell.Key.First, cell.Key.Second, Count: (double)cell.Count())).ToList();
        var rows = truth.GroupBy(label => label).ToDictionary(group => group.Key, group => (double)group.Count());
        var columns = found.GroupBy(label => label).ToDictionary(group => group.Key, group => (double)group.Count());
        var mutual = Math.Max(0, cells.Sum(cell => cell.Count / n * Math.Log(n * cell.Count / (rows[cell.First] * columns[cell.Second]))));
        var (trueEntropy, foundEntropy) = (Entropy(rows.Values, n), Entropy(columns.Values, n));
        if (mutual <= double.Epsilon * n || rows.Count == 1 || columns.Count == 1) mutual = 0;
        return new()
        {
            AdjustedRand = Rand(cells.Select(cell => cell.Count), rows.Values, columns.Values, n),
            NormalizedMutualInformation = rows.Count == 1 && columns.Count == 1 ? 1 : mutual == 0 ? 0 : mutual / ((trueEntropy + foundEntropy) / 2),
            Homogeneity = trueEntropy == 0 ? 1 : mutual / trueEntropy,
            Completeness = foundEntropy == 0 ? 1 : mutual / foundEntropy,
        };
    }

    private static double Entropy(IEnumerable<double> counts, double n) => counts.Count() == 1 ? 0 : -counts.Sum(count => count / n * Math.Log(count / n));

    private static double Rand(IEnumerable<double> cells, IEnumerable<double> rows, IEnumerable<double> columns, double n)
    {
        var (both, inTruth, inFound) = (Squares(cells), Squares(rows), Squares(columns));
        // Ordered pairs: together in both, in one only, in neither.
        var (together, truthOnly, foundOnly) = (both - n, inTruth - both, inFound - both);
        var neither = (n * n) - together - truthOnly - foundOnly - n;
        return truthOnly == 0 && foundOnly == 0 ? 1
            : 2 * ((together * neither) - (truthOnly * foundOnly)) / (((together + truthOnly) * (truthOnly + neither)) + ((together + foundOnly) * (foundOnly + neither)));

        static double Squares(IEnumerable<double> counts) => counts.Sum(count => count * count);
    }
}
