namespace SafetyGate.Analysis.Explanations;

/// <summary>What people read in the file of an explanation result.</summary>
/// <param name="Strata">Scores by stratum.</param>
internal sealed record ExplanationSummary(IReadOnlyList<StratumExplanations> Strata);
