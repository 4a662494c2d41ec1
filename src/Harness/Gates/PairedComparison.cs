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

    /// <summary>
    /// The pairs in the order in which the sequential test looks at them (<see cref="ItemBudget"/>): fixed before any response exists.
    /// </summary>
    public required IReadOnlyList<PairedItem> InOrder { get; init; }

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

    /// <summary>Mean worst-case difference, now − approved.</summary>
    public double Difference => Items.Sum(i => i.WorstNow - i.WorstApproved) / Items.Count;

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
                Approved = a.Contains(null) ? null : a.Average(),
                Now = b.Contains(null) ? null : b.Average(),
                WorstApproved = a.Average(s => s ?? 1),
                WorstNow = b.Average(s => s ?? 0),
            };
        }

        var samples = now.Items[0].Scores.Count;
        var binary = samples == 1 && items.All(i => i.Approved is null or 0 or 1 && i.Now is null or 0 or 1);
        var scored = items.Where(i => i.IsScored).ToArray();
        return new PairedComparison
        {
            Items = items,
            InOrder = [.. items.OrderBy(i => ItemBudget.Key(now.BenchmarkDigest, i.Id), StringComparer.Ordinal)],
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
