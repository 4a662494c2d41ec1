namespace SafetyGate.Harness.Runs;

/// <summary>What came of an element of a list.</summary>
/// <param name="Words">What it is now, in a line.</param>
/// <param name="Worked">True if something was computed, false if all was in the store.</param>
public sealed record ListedOutcome(string Words, bool Worked);
