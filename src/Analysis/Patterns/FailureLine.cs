namespace SafetyGate.Analysis.Patterns;

/// <summary>What an analyst says about one failure.</summary>
/// <param name="Text">One line that could be said of other failures of the kind; it repeats nothing of the item.</param>
/// <param name="IsGeneric">Whether it says no more than that the item failed; such failures belong to no pattern.</param>
public sealed record FailureLine(string Text, bool IsGeneric = false);
