namespace SafetyGate.Harness.Reports;

/// <summary>A table that every format renders. Cells are plain text: their content is escaped.</summary>
public sealed record ReportTable
{
    /// <summary>A table of rows that have a cell for each column.</summary>
    /// <exception cref="ArgumentException">No columns, or a row of another width.</exception>
    public ReportTable(IReadOnlyList<ReportColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (columns.Count == 0) throw new ArgumentException("A table needs a column.", nameof(columns));
        if (rows.FirstOrDefault(r => r.Count != columns.Count) is { } odd)
            throw new ArgumentException(Invariant($"A row has {odd.Count} cells; there are {columns.Count} columns."), nameof(rows));
        (Columns, Rows) = (columns, rows);
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<ReportColumn> Columns { get; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }
}
