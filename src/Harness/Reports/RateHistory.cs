namespace SafetyGate.Harness.Reports;

/// <summary>The rate of a metric over time: approved results by commit, or earlier results that were kept.</summary>
/// <param name="Metric">Spec and metric.</param>
/// <param name="Points">Oldest first.</param>
public sealed record RateHistory(string Metric, IReadOnlyList<RatePoint> Points);
