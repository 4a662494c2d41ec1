namespace SafetyGate.Harness.Statistics;

/// <summary>Area under the ROC curve with the variance of DeLong, DeLong and Clarke-Pearson (1988).</summary>
/// <param name="Auc">P(positive &gt; negative) + ½P(equal); <c>null</c> when one side is empty.</param>
/// <param name="Variance"><c>null</c> when one side has fewer than two values.</param>
public sealed record RankSeparation(double? Auc, double? Variance)
{
    /// <summary>Of the scores of positives and negatives.</summary>
    /// <exception cref="ArgumentException">A score is not finite.</exception>
    public static RankSeparation Of(IReadOnlyList<double> positives, IReadOnlyList<double> negatives)
    {
        foreach (var (side, name) in new[] { (positives, nameof(positives)), (negatives, nameof(negatives)) })
            if (side.Count > 0) Check.Finite(side, name);
        if (positives.Count == 0 || negatives.Count == 0) return new(null, null);
        var (up, down) = (positives.Order().ToArray(), negatives.Order().ToArray());
        var above = positives.Select(p => (Below(down, p) + Below(down, p, orEqual: true)) / (2.0 * down.Length)).ToArray();
        var beneath = negatives.Select(q => 1 - (Below(up, q) + Below(up, q, orEqual: true)) / (2.0 * up.Length)).ToArray();
        var auc = above.Average();
        return new(auc, up.Length < 2 || down.Length < 2 ? null : Spread(above, auc) + Spread(beneath, auc));
    }

    private static double Spread(double[] values, double mean) =>
        values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length;

    private static int Below(double[] sorted, double value, bool orEqual = false)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value || (orEqual && sorted[middle] == value)) low = middle + 1; else high = middle;
        }

        return low;
    }
}
