namespace SafetyGate.Harness.Reports;

/// <summary>The items that a page holds for its script to search.</summary>
public sealed record ReportItems
{
    /// <summary>The items as JSON, by <see cref="ItemTable"/>; fit to stand in a script element.</summary>
    public required string Json { get; init; }

    /// <summary>How many items it holds.</summary>
    public required int Shown { get; init; }

    /// <summary>How many were measured.</summary>
    public required int Measured { get; init; }
}
