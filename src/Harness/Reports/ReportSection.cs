namespace SafetyGate.Harness.Reports;

/// <summary>A part of a report in neutral form: Markdown and HTML render it alike.</summary>
public sealed record ReportSection
{
    /// <summary>Its head.</summary>
    public required string Title { get; init; }

    /// <summary>Sentences above the table; plain text.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The table; <c>null</c> for none.</summary>
    public ReportTable? Table { get; init; }
}
