namespace SafetyGate.Harness.Statistics;

/// <summary>How far raters agree beyond chance.</summary>
public static class RaterAgreement
{
    /// <summary>Cohen's kappa.</summary>
    /// <param name="Observed">Share of items rated alike.</param>
    /// <param name="Chance">Share expected by chance from the margins.</param>
    /// <param name="Value">(observed − chance)/(1 − chance); <c>null</c> when chance agreement is 1.</param>
    public sealed record CohenKappa(double Observed, double Chance, double? Value);

    /// <summary>Cohen's kappa of a square table: rows the one rater, columns the other.</summary>
    /// <exception cref="ArgumentException">Not square, a negative count, or nothing rated.</exception>
    public static CohenKappa Kappa(IReadOnlyList<IReadOnlyList<int>> table)
    {
        if (table.Any(row => row.Count != table.Count)) throw new ArgumentException("The table is not square.", nameof(table));
        if (table.Any(row => row.Any(c => c < 0))) throw new ArgumentException("A count is negative.", nameof(table));
        double n = table.Sum(row => row.Sum());
        if (n == 0) throw new ArgumentException("Nothing was rated.", nameof(table));
        var observed = table.Select((row, i) => row[i]).Sum() / n;
        var chance = Enumerable.Range(0, table.Count).Sum(i => table[i].Sum() * (double)table.Sum(row => row[i])) / (n * n);
        var certain = Enumerable.Range(0, table.Count).Any(i => table[i].Sum() == n && table.Sum(row => row[i]) == n);
        return new(observed, chance, certain ? null : (observed - chance) / (1 - chance));
    }

    /// <summary>
    /// Krippendorff's alpha for nominal categories; items with fewer than two ratings drop out. <c>null</c> when no disagreement is
    /// possible.
    /// </summary>
    /// <param name="ratings">For each item the rating of each rater, <c>null</c> where missing.</param>
    public static double? KrippendorffNominal(IReadOnlyList<IReadOnlyList<int?>> ratings)
    {
        var pairable = ratings.Select(item => item.OfType<int>().ToArray()).Where(item => item.Length >= 2).ToArray();
        double n = pairable.Sum(item => item.Length);
        var totals = pairable.SelectMany(item => item).GroupBy(v => v).Select(g => (double)g.Count()).ToArray();
        var expected = n * n - totals.Sum(t => t * t);
        if (pairable.Length == 0 || expected == 0) return null;
        var observed = pairable.Sum(item => (item.Length * (double)item.Length - item.GroupBy(v => v).Sum(g => (double)g.Count() * g.Count())) / (item.Length - 1));
        return 1 - (n - 1) * observed / expected;
    }
}
