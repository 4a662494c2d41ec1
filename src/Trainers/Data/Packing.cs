namespace SafetyGate.Trainers.Data;

/// <summary>Packs rows into fuller rows, as TRL's <c>pack_dataset</c> does.</summary>
/// <remarks>Best-fit decreasing after "Fewer Truncations Improve Language Modeling" (arXiv:2404.10830).</remarks>
public static class Packing
{
    // TRL packs in the batches of datasets.map.
    private const int RowsPerGroup = 1000;

    /// <summary>Packs rows, a thousand at a time.</summary>
    /// <param name="rows">Rows of one sequence each; empty ones are dropped.</param>
    /// <param name="strategy">How.</param>
    /// <param name="length">Most tokens of a packed row, 1 or more.</param>
    /// <returns>The packed rows in TRL's order.</returns>
    public static IReadOnlyList<TokenRow> Pack(IReadOnlyList<TokenRow> rows, PackingStrategy strategy, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        return strategy switch
        {
            PackingStrategy.Bfd =>
                [.. rows.Chunk(RowsPerGroup).SelectMany(group => BestFit([.. group.Select(row => Slice(row, 0, length))], length))],
            PackingStrategy.BfdSplit =>
                [.. rows.Chunk(RowsPerGroup).SelectMany(group => BestFit([.. group.SelectMany(row => Split(row, length))], length))],
            PackingStrategy.Wrapped =>
                [.. rows.Chunk(RowsPerGroup).Select(Join).SelectMany(all => Split(all, length)).Select(AsOneSequence)],
            _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Unknown packing strategy."),
        };
    }

    /// <summary>Rows behind one another as one row that keeps its sequences apart.</summary>
    /// <exception cref="ArgumentException">No rows.</exception>
    public static TokenRow Join(IReadOnlyList<TokenRow> rows) => rows.Count == 0
        ? throw new ArgumentException("There are no rows to put together.", nameof(rows))
        : new()
        {
            Ids = [.. rows.SelectMany(row => row.Ids)],
            Labels = [.. rows.SelectMany(row => row.Labels)],
            SequenceLengths = [.. rows.SelectMany(row => row.SequenceLengths)],
            ExampleIds = [.. rows.SelectMany(row => row.ExampleIds).Distinct(StringComparer.Ordinal)],
        };

    private static IEnumerable<TokenRow> BestFit(IReadOnlyList<TokenRow> rows, int length)
    {
        var bins = new List<List<TokenRow>>();
        var spaces = new SortedDictionary<int, Queue<List<TokenRow>>>();
        // A stable sort and the oldest bin among those of equal space: TRL's order exactly.
        foreach (var row in rows.Where(row => row.Ids.Count > 0).OrderByDescending(row => row.Ids.Count))
        {
            var size = row.Ids.Count;
            var space = spaces.Keys.FirstOrDefault(room => room >= size, length);
            List<TokenRow> bin;
            if (space == length)
            {
                bins.Add(bin = []);
            }
            else
            {
                bin = spaces[space].Dequeue();
                if (spaces[space].Count == 0) spaces.Remove(space);
            }

            bin.Add(row);
            if (space == size) continue;
            if (!spaces.TryGetValue(space - size, out var queue)) spaces[space - size] = queue = new();
            queue.Enqueue(bin);
        }

        return bins.Select(Join);
    }

    private static IEnumerable<TokenRow> Split(TokenRow row, int length) =>
        Enumerable.Range(0, (row.Ids.Count + length - 1) / length).Select(part => Slice(row, part * length, length));

    private static TokenRow Slice(TokenRow row, int start, int length)
    {
        var count = Math.Min(length, row.Ids.Count - start);
        return row.Ids.Count == count ? row : new()
        {
            Ids = [.. row.Ids.Skip(start).Take(count)],
            Labels = [.. row.Labels.Skip(start).Take(count)],
            SequenceLengths = [count],
            ExampleIds = row.ExampleIds,
        };
    }

    private static TokenRow AsOneSequence(TokenRow row) => row with { SequenceLengths = [row.Ids.Count] };
}
