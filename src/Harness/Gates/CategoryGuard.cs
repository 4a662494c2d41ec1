using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The second guard: a category fails, even when the mean holds, when its observed drop is over the limit and the test of a drop
/// (exact McNemar, sign flips where items share behaviors, the sequential test for graded values), Holm over the categories, is at most α.
/// </summary>
internal static class CategoryGuard
{
    public static IReadOnlyList<CategoryFinding> Look(PairedComparison comparison, GateSettings settings)
    {
        var groups = comparison.InOrder.Where(i => i.Category is not null).GroupBy(i => i.Category!, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, Items: g.ToArray(), Units: PairedUnit.Of(g))).ToArray();
        if (groups.Length == 0) return [];
        var p = groups.Select(g => DropP(comparison, g.Units, settings)).ToArray();
        var adjusted = Multiplicity.Holm(p);
        return [.. groups.Select((g, i) =>
        {
            var difference = g.Units.Average(unit => unit.WorstDifference);
            var fails = -difference > settings.CategoryDropLimit && Multiplicity.Rejects(adjusted[i], settings.AlphaOfALook);
            return new CategoryFinding(g.Key, g.Items.Length, difference, g.Items.Count(item => item.WorstDifference < 0),
                g.Items.Count(item => item.WorstDifference > 0), p[i], adjusted[i], fails)
            {
                Behaviors = g.Units.Count < g.Items.Length ? g.Units.Count : null
            };
        })];
    }

    private static double DropP(PairedComparison comparison, IReadOnlyList<PairedUnit> units, GateSettings settings)
    {
        if (comparison.Worst is null || settings.Looks == Looks.AnyTime)
            return new SequentialPairedTest([.. units.Select(u => u.WorstDifference)], settings.Margin, settings.AlphaOfALook).DropP;
        return UnitTests.DropP(units);
    }
}
