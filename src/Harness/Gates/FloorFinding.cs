using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>The present rate (worst case) against its absolute floor, judged by the ends of its interval: Clopper–Pearson, or the grid-Kelly sequence for graded values.</summary>
/// <param name="Floor">The floor.</param>
/// <param name="Rate">The rate now.</param>
/// <param name="Limits">Both limits, each one-sided at α.</param>
/// <param name="Verdict">Passed when the lower limit reaches the floor, Regressed when the upper one does not, else Inconclusive.</param>
public sealed record FloorFinding(double Floor, double Rate, Interval Limits, Verdict Verdict);
