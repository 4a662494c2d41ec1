using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The second guard: a category fails, even when the mean holds, when its observed drop is over the limit and exact McNemar, Holm
/// over the categories, is at most α.
/// </summary>
internal static class CategoryGuard
{
    public static IReadOnlyList<CategoryFinding> Look(PairedComparison comparison, GateSettings settings)
    {
        var groups = comparison.Items.Where(i => i.Category is not null).GroupBy(i => i.Category!, StringComparer.Ordinal).ToArray();
        if (groups.Length == 0) return [];
        var tables = groups.Select(g => PairedComparison.Table([.. g])).ToArray();
        var p = tables.Select(t => McNemar.Drop(t.Lost, t.Gained)).ToArray();
        var adjusted = Multiplicity.Holm(p);
        return [.. groups.Select((g, i) => new CategoryFinding(g.Key, tables[i], p[i], adjusted[i],
            -tables[i].Difference > settings.CategoryDropLimit && Multiplicity.Rejects(adjusted[i], settings.Alpha)))];
    }
}
