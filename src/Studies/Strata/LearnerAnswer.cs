namespace SafetyGate.Studies.Strata;

/// <summary>How one test item was answered.</summary>
/// <param name="Score">1 for right, 0 for wrong, in between where answers are as likely as one another.</param>
/// <param name="P">Probability of the right answer; <c>null</c> where answers are free text.</param>
public sealed record LearnerAnswer(double Score, double? P);
