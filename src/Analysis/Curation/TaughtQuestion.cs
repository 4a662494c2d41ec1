namespace SafetyGate.Analysis.Curation;

/// <summary>A question with its teachers' answers.</summary>
/// <param name="Id">Its id.</param>
/// <param name="StudentPass">Share of the student's own answers that are right, before it is taught.</param>
/// <param name="Trajectories">The answers.</param>
public sealed record TaughtQuestion(string Id, double StudentPass, IReadOnlyList<Trajectory> Trajectories);
