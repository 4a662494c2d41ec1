namespace SafetyGate.Harness.Gates;

/// <summary>The words of a message about the units of inference.</summary>
internal static class UnitWords
{
    /// <summary>The items, and the behaviors where items share them.</summary>
    public static string Count(PairedComparison comparison) =>
        Count(comparison.Items.Count, comparison.IsClustered ? comparison.Units.Count : null);

    /// <summary>So many items, in so many behaviors where items share them.</summary>
    public static string Count(int items, int? behaviors) =>
        behaviors is { } units ? Invariant($"{items} items in {units} behaviors") : Invariant($"{items} items");

    /// <summary>The word for units that are behaviors, after a number; empty for items.</summary>
    public static string Behaviors(PairedComparison comparison) => comparison.IsClustered ? " behaviors" : "";

    /// <summary>Result of one 0/1 sample an item, item by item and, where items share behaviors, behavior by behavior.</summary>
    public static string Table(PairedComparison comparison, string p)
    {
        var table = comparison.Worst!;
        var items = Invariant($"{Count(comparison)}: {table.Lost} lost, {table.Gained} gained, {table.Both} good both times, {table.Neither} bad both times");
        return comparison.IsClustered
            ? Invariant($"{items}; {comparison.Units.Count(u => u.WorstDifference < 0)} behaviors worse, {comparison.Units.Count(u => u.WorstDifference > 0)} better; one-sided p of sign flips {p}")
            : $"{items}; exact one-sided McNemar p {p}";
    }
}
