using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Two measurements of the same items, paired by id. The verdict is computed on the worst case (an unscored response now is 0, an
/// unscored approved one 1); the complete case is shown beside it.
/// </summary>
public sealed record PairedComparison
{
    /// <summary>The pairs, in the benchmark's order.</summary>
    public required IReadOnlyList<PairedItem> Items { get; init; }

    /// <summary>The units that decide: items, or behaviors where items share them; in the benchmark's order.</summary>
    public required IReadOnlyList<PairedUnit> Units { get; init; }

    /// <summary>
    /// The units in the order in which the sequential test looks at them (<see cref="ItemBudget"/>): fixed before any response exists.
    /// </summary>
    public required IReadOnlyList<PairedUnit> UnitsInOrder { get; init; }

    /// <summary>True when items share behaviors, so that the behavior is the unit.</summary>
    public bool IsClustered => Units.Count < Items.Count;

    /// <summary>The pairs in the order of <see cref="UnitsInOrder"/>.</summary>
    public IReadOnlyList<PairedItem> InOrder => [.. UnitsInOrder.SelectMany(u => u.Items)];

    /// <summary>Samples of each item; the same on both sides.</summary>
    public required int Samples { get; init; }

    /// <summary>The worst-case table; <c>null</c> when values are not all 0 or 1 from one sample.</summary>
    public required PairedTable? Worst { get; init; }

    /// <summary>The table of pairs scored on both sides; <c>null</c> when there is none or values are not all 0 or 1.</summary>
    public required PairedTable? Complete { get; init; }

    /// <summary>Pairs scored on both sides.</summary>
    public required int Scored { get; init; }

    /// <summary>Share of pairs scored on both sides.</summary>
    public double Coverage => (double)Scored / Items.Count;

    /// <summary>Mean worst-case difference of the units, now − approved.</summary>
    public double Difference => Units.Sum(u => u.WorstDifference) / Units.Count;

    /// <summary>Mean approved value of the units, worst case.</summary>
    public double ApprovedRate => Units.Average(u => u.WorstApproved);

    /// <summary>Mean value of the units now, worst case.</summary>
    public double NowRate => Units.Average(u => u.WorstNow);

    /// <summary>Mean difference over the units of the pairs scored on both sides; <c>null</c> when there is none.</summary>
    public double? ScoredDifference =>
        PairedUnit.Of(Items.Where(i => i.IsScored)) is { Count: > 0 } scored ? scored.Average(u => u.WorstDifference) : null;

    /// <summary>Items that got worse, worst case.</summary>
    public IEnumerable<PairedItem> Lost => Items.Where(i => i.WorstNow < i.WorstApproved);

    /// <summary>Items that got better, worst case.</summary>
    public IEnumerable<PairedItem> Gained => Items.Where(i => i.WorstNow > i.WorstApproved);

    /// <summary>Pairs two measurements of the same items in the same order.</summary>
    /// <exception cref="ArgumentException">Something does not pair, or is no evidence; the message names the first problem.</exception>
    public static PairedComparison Of(Measurement approved, Measurement now)
    {
        if (PairingProblems.Of(approved, now).FirstOrDefault() is { } problem) throw new ArgumentException(problem);
        var items = new PairedItem[now.Items.Count];
        for (var i = 0; i < items.Length; i++)
        {
            var (a, b) = (approved.Items[i].Scores, now.Items[i].Scores);
            items[i] = new PairedItem
            {
                Id = now.Items[i].Id,
                Category = now.Items[i].Category,
                Behavior = now.Items[i].Behavior,
                Approved = a.Contains(null) ? null : a.Average(),
                Now = b.Contains(null) ? null : b.Average(),
                WorstApproved = a.Average(s => s ?? 1),
                WorstNow = b.Average(s => s ?? 0),
            };
        }

        var samples = now.Items[0].Scores.Count;
        var binary = samples == 1 && items.All(i => i.Approved is null or 0 or 1 && i.Now is null or 0 or 1);
        var scored = items.Where(i => i.IsScored).ToArray();
        var units = PairedUnit.Of(items);
        var byFirst = units.ToDictionary(u => u.Items[0].Id, StringComparer.Ordinal);
        return new PairedComparison
        {
            Items = items,
            Units = units,
            UnitsInOrder = [.. ItemBudget.InOrder(items, i => i.Id, i => i.Behavior, now.BenchmarkDigest).Select(ids => byFirst[ids[0]])],
            Samples = samples,
            Scored = scored.Length,
            Worst = binary ? Table(items) : null,
            Complete = binary && scored.Length > 0 ? Table(scored) : null,
        };
    }

    /// <summary>The worst-case table of some of the items, each 0 or 1 on both sides.</summary>
    internal static PairedTable Table(IReadOnlyCollection<PairedItem> items)
    {
        int both = 0, lost = 0, gained = 0, neither = 0;
        foreach (var item in items)
        {
            if (item.WorstApproved == 1) { if (item.WorstNow == 1) both++; else lost++; }
            else { if (item.WorstNow == 1) gained++; else neither++; }
        }

        return new(both, lost, gained, neither);
    }
}
