using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>The comparison with the pinned anchor, the guard against a slow slide.</summary>
/// <param name="Name">Name of the anchor.</param>
/// <param name="Margin">Its cumulative margin, as a share.</param>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Comparison">Its numbers.</param>
public sealed record ReportedAnchor(string Name, double Margin, Verdict Verdict, ReportedComparison Comparison);
