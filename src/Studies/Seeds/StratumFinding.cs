using SafetyGate.Analysis.Strata;

namespace SafetyGate.Studies.Seeds;

/// <summary>Scores of the explanations of one stratum.</summary>
internal sealed record StratumFinding(Stratum Stratum, double Supports, double Kappa, double ShuffledAboveChance);
