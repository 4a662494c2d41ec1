namespace SafetyGate.Studies.Safety.Runs;

/// <summary>A run that could not be carried out; it is tried again the next time.</summary>
/// <param name="Arm">Name of the arm.</param>
/// <param name="Seed">Seed of the training.</param>
/// <param name="Reason">Why.</param>
public sealed record StudyFailure(string Arm, ulong Seed, string Reason);
