namespace SafetyGate.Harness.Reports;

/// <summary>A row of the plot of refusal by suite.</summary>
/// <param name="Label">The suite, or the pool.</param>
/// <param name="Comparison">Its numbers.</param>
/// <param name="IsFlipped">True for over-refusal, which is shown as the share refused.</param>
/// <param name="Tone">bad, warn or good: the verdict on it; now for a suite of a pool, on which there is none.</param>
internal sealed record SuiteRate(string Label, ReportedComparison Comparison, bool IsFlipped, string Tone);
