namespace SafetyGate.Studies.Explanations;

/// <summary>A question, its answer and an explanation.</summary>
/// <param name="Id">Id of the item.</param>
/// <param name="Question">The question.</param>
/// <param name="Answer">The right answer.</param>
/// <param name="Explanation">The explanation.</param>
public sealed record ExplainedText(string Id, string Question, string Answer, string Explanation);
