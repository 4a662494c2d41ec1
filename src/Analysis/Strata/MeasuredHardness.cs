namespace SafetyGate.Analysis.Strata;

/// <summary>Hardness that is measured: how far models trained on little are from the right answer.</summary>
public static class MeasuredHardness
{
    /// <summary>Mean of 1 − p(right answer) over small trainings.</summary>
    /// <param name="goldProbabilities">Probability of the right answer under each training that the item took no part in; at least one, in
    /// [0, 1].</param>
    /// <exception cref="ArgumentException">There is none, or one is not in [0, 1].</exception>
    public static double Of(IReadOnlyList<double> goldProbabilities) =>
        goldProbabilities.Count > 0 && goldProbabilities.All(p => p is >= 0 and <= 1)
            ? goldProbabilities.Average(p => 1 - p)
            : throw new ArgumentException("Measured hardness needs a probability in [0, 1] of at least one training.", nameof(goldProbabilities));

    /// <summary>Area under the curve: the probability that a positive has the higher value, ties counted half.</summary>
    /// <param name="positives">Values of those that should be high; at least one.</param>
    /// <param name="negatives">Values of the others; at least one.</param>
    /// <exception cref="ArgumentException">One of both is empty.</exception>
    public static double Auc(IReadOnlyList<double> positives, IReadOnlyList<double> negatives)
    {
        if (positives.Count == 0 || negatives.Count == 0) throw new ArgumentException("The area needs values of both kinds.", nameof(positives));
        var sorted = negatives.Order().ToList();
        return positives.Average(value => (Below(sorted, value) + Below(sorted, Math.BitIncrement(value))) / 2.0 / sorted.Count);
    }

    private static int Below(List<double> sorted, double value)
    {
        var (low, high) = (0, sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
