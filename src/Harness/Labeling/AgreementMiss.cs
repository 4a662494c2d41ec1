namespace SafetyGate.Harness.Labeling;

/// <summary>A response that a scorer judged other than its label, or could not judge.</summary>
/// <param name="Id">Id of the row.</param>
/// <param name="IsPositive">The label.</param>
/// <param name="Score">The score; <c>null</c> if unscored.</param>
/// <param name="Rule">The scorer's rule, if it has rules.</param>
/// <param name="Reason">The scorer's reason.</param>
public sealed record AgreementMiss(string Id, bool IsPositive, double? Score, string? Rule, string Reason);
