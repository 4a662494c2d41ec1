namespace SafetyGate.Harness.Statistics;

/// <summary>
/// How items flip between two results where they share behaviors: a share of the behaviors flips whole, in the others each item flips by
/// itself.
/// </summary>
/// <remarks>
/// The share is the intraclass correlation of the items' differences: 0 for independent items, 1 when a behavior flips whole or not at all.
/// </remarks>
public sealed record ClusterFlips
{
    /// <summary>A model of flips.</summary>
    /// <param name="lost">Probability that an item is lost.</param>
    /// <param name="gained">Probability that an item is gained.</param>
    /// <param name="correlation">Intraclass correlation of the differences, in [0, 1].</param>
    public ClusterFlips(double lost, double gained, double correlation)
    {
        Check.Cells(lost, gained);
        Check.Probability(correlation, nameof(correlation));
        (Lost, Gained, Correlation) = (lost, gained, correlation);
    }

    /// <summary>Probability that an item is lost.</summary>
    public double Lost { get; }

    /// <summary>Probability that an item is gained.</summary>
    public double Gained { get; }

    /// <summary>Intraclass correlation of the differences.</summary>
    public double Correlation { get; }

    /// <summary>
    /// The intraclass correlation of measured differences, in [0, 1]; 1, the worst case, when nothing differs or no behavior has two items.
    /// </summary>
    /// <param name="differences">Difference of each item.</param>
    /// <param name="clusters">Number of the behavior of each item.</param>
    public static double Estimate(IReadOnlyList<double> differences, IReadOnlyList<int> clusters) =>
        clusters.Distinct().Take(2).Count() < 2 ? 1 : Math.Clamp(ClusteredMean.Of(differences, clusters).IntraclassCorrelation ?? 1, 0, 1);

    /// <summary>P(sum of the differences of a behavior = s) at index s + items, for s from −items to items.</summary>
    public double[] Sums(int items)
    {
        Check.Positive(items, nameof(items));
        var mass = Independent(items, Lost, Gained);
        for (var i = 0; i < mass.Length; i++) mass[i] *= 1 - Correlation;
        mass[0] += Correlation * Lost;
        mass[^1] += Correlation * Gained;
        mass[items] += Correlation * Math.Max(0, 1 - Lost - Gained);
        return mass;
    }

    /// <summary>The same for items that flip by themselves.</summary>
    internal static double[] Independent(int items, double lost, double gained)
    {
        var mass = new double[2 * items + 1];
        mass[items] = 1;
        for (var i = 0; i < items; i++)
        {
            var next = new double[mass.Length];
            for (var s = items - i; s <= items + i; s++)
            {
                next[s] += mass[s] * Math.Max(0, 1 - lost - gained);
                next[s - 1] += mass[s] * lost;
                next[s + 1] += mass[s] * gained;
            }

            mass = next;
        }

        return mass;
    }
}
