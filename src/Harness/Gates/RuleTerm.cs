namespace SafetyGate.Harness.Gates;

/// <summary>One setting of a rule, or one property of what it is applied to.</summary>
/// <param name="Name">Its name, such as <c>margin (τ)</c>; unique in a rule.</param>
/// <param name="Value">Its value as text, numbers to the last digit and without culture.</param>
public sealed record RuleTerm(string Name, string Value);
