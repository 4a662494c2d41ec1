namespace SafetyGate.Harness.Gates;

/// <summary>One labeled line of a message.</summary>
/// <param name="Label">The label, at most ten characters.</param>
/// <param name="Words">The words.</param>
public sealed record TextLine(string Label, string Words);
