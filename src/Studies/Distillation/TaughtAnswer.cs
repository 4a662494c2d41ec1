using SafetyGate.Analysis.Curation;

namespace SafetyGate.Studies.Distillation;

/// <summary>A teacher's answer to a question.</summary>
/// <param name="Question">Id of the question.</param>
/// <param name="Text">The answer; <c>null</c> if there was none.</param>
/// <param name="Trajectory">What is known of it.</param>
public sealed record TaughtAnswer(string Question, string? Text, Trajectory Trajectory);
