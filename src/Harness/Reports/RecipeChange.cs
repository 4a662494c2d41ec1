namespace SafetyGate.Harness.Reports;

/// <summary>A setting of the training run that is not that of the approved run.</summary>
/// <param name="Run">The recipe that ran.</param>
/// <param name="Setting">Its path, such as <c>data[0].sha256</c>; <c>recipe</c> for its name.</param>
/// <param name="Approved">The value of the approved run; — where it had none.</param>
/// <param name="Now">The value of this run; — where it has none.</param>
public sealed record RecipeChange(string Run, string Setting, string Approved, string Now);
