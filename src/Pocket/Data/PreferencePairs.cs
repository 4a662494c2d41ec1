namespace SafetyGate.Pocket.Data;

/// <summary>Preferences in two splits, which share no problem.</summary>
/// <param name="Training">To learn from.</param>
/// <param name="HeldOut">To measure what was learned.</param>
public sealed record PreferencePairs(IReadOnlyList<Preference> Training, IReadOnlyList<Preference> HeldOut);
