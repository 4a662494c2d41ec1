namespace SafetyGate.Harness.Reports;

/// <summary>A column of a report's table.</summary>
/// <param name="Title">Its head.</param>
/// <param name="IsNumber">True to set it flush right.</param>
public sealed record ReportColumn(string Title, bool IsNumber = false);
