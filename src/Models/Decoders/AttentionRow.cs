namespace SafetyGate.Models.Decoders;

/// <summary>Tokens that attend to a prefix and to one another, as ranges of a packed pass.</summary>
/// <param name="QueryStart">First of the tokens that attend.</param>
/// <param name="QueryCount">Their number.</param>
/// <param name="PrefixStart">First token of the prefix.</param>
/// <param name="PrefixCount">Tokens of the prefix; 0 for none.</param>
internal readonly record struct AttentionRow(int QueryStart, int QueryCount, int PrefixStart, int PrefixCount)
{
    private const double LeastFill = 0.75;

    /// <summary>Tokens that are attended to.</summary>
    public int KeyCount => PrefixCount + QueryCount;

    /// <summary>Where the tokens that are attended to are, in the order of their positions.</summary>
    public int Key(int index) => index < PrefixCount ? PrefixStart + index : QueryStart + index - PrefixCount;

    /// <summary>
    /// Rows of similar shape together, so that at least three quarters of a batch's columns are used by its shortest row.
    /// </summary>
    public static IEnumerable<IReadOnlyList<AttentionRow>> Batches(IEnumerable<AttentionRow> rows)
    {
        var batch = new List<AttentionRow>();
        foreach (var row in rows.OrderByDescending(row => row.PrefixCount > 0).ThenByDescending(row => row.QueryCount).ThenByDescending(row => row.KeyCount))
        {
            if (batch.Count > 0 && !Fits(batch, row))
            {
                yield return batch;
                batch = [];
            }
            batch.Add(row);
        }
        if (batch.Count > 0) yield return batch;
    }

    private static bool Fits(List<AttentionRow> batch, AttentionRow row) =>
        row.QueryCount >= LeastFill * batch[0].QueryCount && row.KeyCount >= LeastFill * batch[0].KeyCount
            && row.PrefixCount > 0 == batch[0].PrefixCount > 0;
}
