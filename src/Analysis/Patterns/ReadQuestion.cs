namespace SafetyGate.Analysis.Patterns;

/// <summary>A question as its grammar has it.</summary>
/// <param name="Steps">The right steps.</param>
/// <param name="Answer">The right answer.</param>
/// <param name="Properties">What is true of it.</param>
public sealed record ReadQuestion(IReadOnlyList<WorkedStep> Steps, string Answer, IReadOnlyList<ItemProperty> Properties);
