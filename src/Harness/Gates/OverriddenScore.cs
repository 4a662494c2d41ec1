namespace SafetyGate.Harness.Gates;

/// <summary>One score that a person put in the place of the scorer's.</summary>
/// <param name="Item">Id of the item.</param>
/// <param name="Sample">Which sample, from 0.</param>
/// <param name="Scored">The scorer's own score, in [0, 1]; <c>null</c> if it was unscored.</param>
/// <param name="Score">The person's score, in [0, 1].</param>
/// <param name="Who">Who.</param>
/// <param name="Why">Why.</param>
public sealed record OverriddenScore(string Item, int Sample, double? Scored, double Score, string Who, string Why);
