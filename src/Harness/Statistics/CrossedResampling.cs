using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Bootstrap of a table whose rows and columns are both samples, such as trainings by prompts: rows and columns are drawn with replacement,
/// each by itself, and a cell counts as often as its row times its column was drawn.
/// </summary>
/// <remarks>
/// Source: Owen, "The pigeonhole bootstrap" (Annals of Applied Statistics, 2007): the variance is not underestimated for any mixture of row,
/// column and cell effects. Items that several tables share are drawn together by giving each the same stream of columns.
/// </remarks>
public static class CrossedResampling
{
    /// <summary>Mean of every row over resampled columns.</summary>
    /// <param name="rows">The table, row by row; all of one length.</param>
    /// <param name="resamples">How many.</param>
    /// <param name="columns">Draws the columns.</param>
    /// <returns>[resample][row].</returns>
    /// <exception cref="ArgumentException">No rows, rows of several lengths, an empty one, or a value that is not finite.</exception>
    public static IReadOnlyList<double[]> RowMeans(IReadOnlyList<IReadOnlyList<double>> rows, int resamples, RandomStream columns)
    {
        Check.Positive(resamples, nameof(resamples));
        if (rows.Count == 0) throw new ArgumentException("The table has no rows.", nameof(rows));
        foreach (var row in rows) Check.Finite(row, nameof(rows));
        var width = rows[0].Count;
        if (rows.Any(row => row.Count != width)) throw new ArgumentException("The rows are not of one length; only a whole table can be resampled by columns.", nameof(rows));
        var table = rows.Select(row => row.ToArray()).ToArray();
        var means = new double[resamples][];
        var drawn = new int[width];
        for (var resample = 0; resample < resamples; resample++)
        {
            Array.Clear(drawn);
            for (var draw = 0; draw < width; draw++) drawn[columns.Next(width)]++;
            means[resample] = [.. table.Select(row => Weighted(row, drawn) / width)];
        }

        return means;
    }

    /// <summary>Resampled rows, by index.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="resamples">How many resamples.</param>
    /// <param name="stream">Draws the rows.</param>
    /// <returns>[resample][draw].</returns>
    public static IReadOnlyList<int[]> Rows(int rows, int resamples, RandomStream stream)
    {
        Check.Positive(rows, nameof(rows));
        Check.Positive(resamples, nameof(resamples));
        var drawn = new int[resamples][];
        for (var resample = 0; resample < resamples; resample++)
            drawn[resample] = [.. Enumerable.Range(0, rows).Select(_ => stream.Next(rows))];
        return drawn;
    }

    /// <summary>Mean over resampled rows and columns.</summary>
    /// <param name="rowMeans">The result of <see cref="RowMeans"/>.</param>
    /// <param name="drawn">The result of <see cref="Rows"/>.</param>
    public static double[] Means(IReadOnlyList<double[]> rowMeans, IReadOnlyList<int[]> drawn) =>
        [.. rowMeans.Zip(drawn, (means, rows) => rows.Average(row => means[row]))];

    private static double Weighted(double[] row, int[] drawn)
    {
        double sum = 0;
        for (var column = 0; column < row.Length; column++) sum += row[column] * drawn[column];
        return sum;
    }
}
