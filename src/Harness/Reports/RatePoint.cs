namespace SafetyGate.Harness.Reports;

/// <summary>A rate at a commit or in a kept result.</summary>
/// <param name="Where">The commit, its start, or the name of the result.</param>
/// <param name="When">Date of the commit or of the result, <c>yyyy-MM-dd</c>; empty if not known.</param>
/// <param name="Rate">The rate, in the direction in which reports show it.</param>
/// <param name="Items">Items behind it.</param>
/// <param name="Model">The model.</param>
public sealed record RatePoint(string Where, string When, double Rate, int Items, string Model);
