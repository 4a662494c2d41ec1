namespace SafetyGate.Analysis.Strata;

/// <summary>A question like another one, with other numbers.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answer">Its right answer, a number.</param>
public sealed record SiblingQuestion(string Question, double Answer);
