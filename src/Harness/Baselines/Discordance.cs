using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>How much two trainings, or two sampling seeds, of the same thing differ.</summary>
public static class Discordance
{
    /// <summary>
    /// How alike the differences of one behavior's items are: the intraclass correlation, in [0, 1]; 1, the worst case, when nothing
    /// differs or no behavior is shared.
    /// </summary>
    /// <exception cref="ArgumentException">The two measurements do not pair.</exception>
    public static double Correlation(Measurement first, Measurement second) => UnitTests.Correlation(PairedComparison.Of(first, second));

    /// <summary>Items of each behavior, where items share them; <c>null</c> if each item is a separate unit.</summary>
    public static IReadOnlyList<int>? Sizes(Measurement measurement) => InferenceUnits.Sizes(measurement);

    /// <summary>Share of the items with another score; an item unscored on either side counts as differing.</summary>
    /// <exception cref="ArgumentException">The two measurements do not pair.</exception>
    public static double Between(Measurement first, Measurement second)
    {
        var items = PairedComparison.Of(first, second).Items;
        return (double)items.Count(i => !i.IsScored || i.Approved != i.Now) / items.Count;
    }
}
