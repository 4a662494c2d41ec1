namespace SafetyGate.Harness.Reports;

/// <summary>One suite of a pooled metric, compared by itself.</summary>
/// <param name="Suite">Name of the suite.</param>
/// <param name="Comparison">Its numbers; drops are adjusted over the suites.</param>
public sealed record ReportedSuite(string Suite, ReportedComparison Comparison);
