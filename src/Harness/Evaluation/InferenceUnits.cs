namespace SafetyGate.Harness.Evaluation;

/// <summary>The unit of inference: an item, or, where items share a behavior, the behavior with all its items.</summary>
internal static class InferenceUnits
{
    /// <summary>Items by unit, in the order of the first item of each; an item without a behavior is a separate unit.</summary>
    public static IReadOnlyList<IReadOnlyList<T>> Group<T>(IEnumerable<T> items, Func<T, string?> behavior)
    {
        List<List<T>> units = [];
        var known = new Dictionary<string, List<T>>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (behavior(item) is { } name)
            {
                if (!known.TryGetValue(name, out var unit)) units.Add(known[name] = unit = []);
                unit.Add(item);
            }
            else
            {
                units.Add([item]);
            }
        }

        return units;
    }

    /// <summary>Mean score of each unit, an unscored sample counting 0; in the order of the first item of each.</summary>
    public static double[] Values(Measurement measurement) =>
        [.. Group(measurement.Items, i => i.Behavior).Select(unit => unit.Average(i => i.Scores.Average(score => score ?? 0)))];

    /// <summary>Items of each behavior, where items share them; <c>null</c> if each item is a separate unit.</summary>
    public static IReadOnlyList<int>? Sizes(Measurement measurement) => Sizes(measurement.Items, i => i.Behavior);

    /// <summary>The same of anything that may have a behavior.</summary>
    public static IReadOnlyList<int>? Sizes<T>(IReadOnlyCollection<T> items, Func<T, string?> behavior)
    {
        int[] sizes = [.. Group(items, behavior).Select(unit => unit.Count)];
        return sizes.Length < items.Count ? sizes : null;
    }

    /// <summary>The unit in words: <c>item</c>, or <c>behavior</c> with the counts.</summary>
    public static string Describe(IReadOnlyCollection<ItemOutcome> items) =>
        Group(items, i => i.Behavior).Count is var units && units < items.Count
            ? Invariant($"behavior ({items.Count} items in {units})")
            : "item";

    /// <summary>The unit as result files name it.</summary>
    public static string Name(Measurement measurement) =>
        Group(measurement.Items, i => i.Behavior).Count < measurement.Items.Count ? "behavior" : "item";

    /// <summary>True when the items that both results hold fall into other units in one than in the other.</summary>
    /// <param name="first">Items of one result.</param>
    /// <param name="second">Items of the other.</param>
    /// <param name="common">The common items of each.</param>
    public static bool Differ(IReadOnlyList<ItemOutcome> first, IReadOnlyList<ItemOutcome> second,
        out (IReadOnlyList<ItemOutcome> First, IReadOnlyList<ItemOutcome> Second) common)
    {
        var ids = first.Select(i => i.Id).Intersect(second.Select(i => i.Id), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        common = ([.. first.Where(i => ids.Contains(i.Id))], [.. second.Where(i => ids.Contains(i.Id))]);
        return !Partition(common.First).SetEquals(Partition(common.Second));
    }

    private static HashSet<string> Partition(IReadOnlyList<ItemOutcome> items) =>
        [.. Group(items, i => i.Behavior).Where(unit => unit.Count > 1).Select(unit => string.Join('\n', unit.Select(i => i.Id).Order(StringComparer.Ordinal)))];
}
