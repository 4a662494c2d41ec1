namespace SafetyGate.Harness.Reports;

/// <summary>Takes items of a results folder for a page that has no room for all: by rank, and of one rank from each file in turn.</summary>
internal static class ItemSelection
{
    private const int MostFiles = 256; // each is open while it is read

    /// <summary>The items of the test runs that are reported.</summary>
    /// <param name="directory">The results folder.</param>
    /// <param name="verdicts">The verdicts that are reported: items of another run, commit or tree are left out.</param>
    /// <param name="bytes">Most bytes.</param>
    /// <param name="problems">Where damage is added, one sentence a file.</param>
    /// <returns><c>null</c> when there are none.</returns>
    public static ReportItems? Read(string directory, IReadOnlyList<VerdictRecord> verdicts, long bytes, List<string> problems)
    {
        var runs = verdicts.Select(verdict => verdict.TestRun).OfType<TestRun>().Select(run => (run.Id, run.Commit, run.Changes)).ToHashSet();
        var failing = verdicts.Where(verdict => verdict.Fails).Select(verdict => verdict.Metric).ToHashSet(StringComparer.Ordinal);
        var found = new List<(string Path, ItemSet Set)>();
        foreach (var path in ItemFile.In(directory))
            if (Try(() => ItemFile.ReadSet(path), problems) is { TestRun: { } run } set && runs.Contains((run.Id, run.Commit, run.Changes))) found.Add((path, set));
        // Test programs may measure the same metric of the same model.
        List<(string Path, ItemSet Set)> sets = [.. found.OrderByDescending(file => file.Set.HasApproved).DistinctBy(file => (file.Set.Digest, file.Set.Metric))
            .OrderByDescending(file => failing.Contains(file.Set.Metric)).ThenBy(file => file.Set.Model, StringComparer.Ordinal).ThenBy(file => file.Set.Metric, StringComparer.Ordinal)];
        if (sets.Count == 0) return null;
        var table = new ItemTable(bytes);
        foreach (var (_, set) in sets) table.Add(set, Name(set, sets.Select(file => file.Set)));
        Fill(table, [.. sets.Take(MostFiles).Select(file => file.Path)], problems);
        return new() { Json = table.ToString(), Shown = table.Count, Measured = sets.Sum(file => file.Set.Items) };
    }

    private static string Name(ItemSet set, IEnumerable<ItemSet> all) =>
        all.Count(other => other.Model == set.Model && other.Metric == set.Metric) > 1 && set.Seed is { } seed ? Invariant($"{set.Model}, seed {seed}") : set.Model;

    private static void Fill(ItemTable table, IReadOnlyList<string> paths, List<string> problems)
    {
        var sources = paths.Select(path => ItemFile.Read(path).GetEnumerator()).ToList();
        var next = sources.Select(source => Next(source, problems)).ToList();
        try
        {
            for (var rank = 0; rank <= ReportedItem.LastRank; rank++)
            {
                for (var any = true; any;)
                {
                    any = false;
                    for (var i = 0; i < sources.Count; i++)
                    {
                        if (next[i] is not { } item || item.Rank > rank) continue;
                        if (!table.Add(i, item)) return;
                        any = true;
                        next[i] = Next(sources[i], problems);
                    }
                }
            }
        }
        finally
        {
            foreach (var source in sources) source.Dispose();
        }
    }

    private static ReportedItem? Next(IEnumerator<ReportedItem> source, List<string> problems) => Try(() => source.MoveNext() ? source.Current : null, problems);

    private static T? Try<T>(Func<T?> read, List<string> problems) where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
        {
            problems.Add(e.Message);
            return null;
        }
    }
}
