namespace SafetyGate.Harness.Evaluation;

/// <summary>A score that a person put in the place of the scorer's, for one sample of one item; the score itself is among the item's scores.</summary>
/// <param name="Sample">Which sample, from 0.</param>
/// <param name="Scored">The scorer's score; <c>null</c> if it was unscored.</param>
/// <param name="Who">Who overrode it.</param>
/// <param name="Why">Why the scorer is wrong here.</param>
public sealed record ScoreOverride(int Sample, double? Scored, string Who, string Why);
