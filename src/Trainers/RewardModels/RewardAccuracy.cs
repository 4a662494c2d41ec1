namespace SafetyGate.Trainers.RewardModels;

/// <summary>How well a reward model knows preferences it was not trained on.</summary>
/// <param name="Pairs">How many were asked.</param>
/// <param name="Accuracy">Share whose preferred completion has the higher reward; ties count half.</param>
/// <param name="CalibrationError">Expected calibration error: how far, on average, the probabilities are from the shares that come true.</param>
public sealed record RewardAccuracy(int Pairs, double Accuracy, double CalibrationError)
{
    private const int Bins = 10;

    /// <summary>Computes it; <c>null</c> without pairs.</summary>
    /// <remarks>
    /// A pair is seen from the side the model prefers, so that its confidence lies in [½, 1], in ten bins of equal width; the error is the mean
    /// of |mean confidence − share right| over the bins, by their pairs (arXiv:1706.04599).
    /// </remarks>
    public static RewardAccuracy? Of(IReadOnlyList<PairedReward> pairs)
    {
        if (pairs.Count == 0) return null;
        var seen = pairs.Select(pair => (Confidence: Math.Max(pair.Probability, 1 - pair.Probability), Right: pair.Chosen > pair.Rejected ? 1 : pair.Chosen < pair.Rejected ? 0 : 0.5)).ToList();
        var error = seen.GroupBy(one => Math.Min(Bins - 1, (int)((one.Confidence - 0.5) * 2 * Bins)))
            .Sum(bin => bin.Count() * Math.Abs(bin.Average(one => one.Confidence) - bin.Average(one => one.Right))) / seen.Count;
        return new(pairs.Count, seen.Average(one => one.Right), error);
    }
}
