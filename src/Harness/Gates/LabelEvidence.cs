using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>How many labels of a training set are wrong or suspected.</summary>
/// <param name="Suspected">Items found wrong, or never right in training and not found sound.</param>
/// <param name="Items">All items.</param>
/// <param name="Limits">Clopper and Pearson's limits of the share, each one-sided at the claim's α.</param>
public sealed record LabelEvidence(int Suspected, int Items, Interval Limits) : Evidence
{
    /// <summary>The share.</summary>
    public double Share => (double)Suspected / Items;
}
