using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>What the guard over categories saw in one of them (worst case).</summary>
/// <param name="Category">Name of the category.</param>
/// <param name="Table">Its paired table.</param>
/// <param name="DropP">Exact one-sided McNemar.</param>
/// <param name="AdjustedDropP">The same after Holm over the categories.</param>
/// <param name="Fails">True when the observed drop is over the limit and the adjusted p at most α.</param>
public sealed record CategoryFinding(string Category, PairedTable Table, double DropP, double AdjustedDropP, bool Fails);
