using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>How much two trainings, or two sampling seeds, of the same thing differ.</summary>
public static class Discordance
{
    /// <summary>Share of the items with another score; an item unscored on either side counts as differing.</summary>
    /// <exception cref="ArgumentException">The two measurements do not pair.</exception>
    public static double Between(Measurement first, Measurement second)
    {
        var items = PairedComparison.Of(first, second).Items;
        return (double)items.Count(i => !i.IsScored || i.Approved != i.Now) / items.Count;
    }
}
