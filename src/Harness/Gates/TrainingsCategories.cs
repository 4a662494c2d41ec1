using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The guard over categories of a claim about a recipe: a category fails, even when the mean holds, when its observed drop over the trainings
/// is over the limit and the p of a drop, Holm over the categories, is at most α. The p is that of the recipe's own limits (grid-Kelly over
/// items, Welch's t over the trainings' rates in the category), so the spread between trainings counts here too.
/// </summary>
internal static class TrainingsCategories
{
    /// <param name="pairs">One comparison for each training now.</param>
    /// <param name="approved">Approved trainings; one for the untuned reference.</param>
    /// <param name="settings">The rule.</param>
    public static IReadOnlyList<CategoryFinding> Look(IReadOnlyList<PairedComparison> pairs, int approved, GateSettings settings)
    {
        var names = pairs[0].Items.Select(item => item.Category).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0) return [];
        var units = names.Select(name => pairs.Select(pair => PairedUnit.Of(pair.InOrder.Where(item => item.Category == name))).ToArray()).ToArray();
        var samples = units.Select(category => TrainingsSample.Of(category, approved)).ToArray();
        var p = samples.Select(sample => sample.DropP()).ToArray();
        var adjusted = Multiplicity.Holm(p);
        return [.. names.Select((name, i) =>
        {
            var (sample, items) = (samples[i], units[i][0].Sum(unit => unit.Items.Count));
            var moved = sample.Now.Zip(sample.Approved, (now, then) => now - then).ToArray();
            return new CategoryFinding(name, items, sample.Difference, moved.Count(d => d < 0), moved.Count(d => d > 0), p[i], adjusted[i],
                -sample.Difference > settings.CategoryDropLimit && Multiplicity.Rejects(adjusted[i], settings.AlphaOfALook))
            {
                Behaviors = units[i][0].Count < items ? units[i][0].Count : null
            };
        })];
    }
}
