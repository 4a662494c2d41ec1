using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The unit of inference on both sides: an item, or, where items share a behavior, the behavior with the mean of its items.
/// </summary>
/// <param name="Id">Id of the item, or the behavior.</param>
/// <param name="Items">Its items; at least one.</param>
public sealed record PairedUnit(string Id, IReadOnlyList<PairedItem> Items)
{
    /// <summary>Mean approved value, each unscored sample as 1: against the model.</summary>
    public double WorstApproved { get; } = Items.Sum(i => i.WorstApproved) / Items.Count;

    /// <summary>Mean value now, each unscored sample as 0: against the model.</summary>
    public double WorstNow { get; } = Items.Sum(i => i.WorstNow) / Items.Count;

    /// <summary>Worst-case difference, now − approved, in [−1, 1]: the mean of its items'.</summary>
    public double WorstDifference { get; } = Items.Sum(i => i.WorstDifference) / Items.Count;

    /// <summary>The units of items, in the order of the first item of each.</summary>
    public static IReadOnlyList<PairedUnit> Of(IEnumerable<PairedItem> items) =>
        [.. InferenceUnits.Group(items, i => i.Behavior).Select(unit => new PairedUnit(unit.Count == 1 ? unit[0].Id : unit[0].Behavior!, unit))];
}
