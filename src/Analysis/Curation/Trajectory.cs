namespace SafetyGate.Analysis.Curation;

/// <summary>A teacher's answer to a question.</summary>
/// <param name="Tokens">Its length.</param>
/// <param name="IsWellFormed">Whether it has the form that is asked for.</param>
/// <param name="IsRight">Whether the verifier accepts it.</param>
public sealed record Trajectory(int Tokens, bool IsWellFormed, bool IsRight);
