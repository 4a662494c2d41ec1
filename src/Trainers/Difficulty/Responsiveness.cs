namespace SafetyGate.Trainers.Difficulty;

/// <summary>How far the policy is from the demonstrations by the reward, and the factor by which advantages are scaled (after arXiv:2503.18991).</summary>
/// <param name="Keep">Which reward gaps are near enough to their mean to count.</param>
/// <param name="FilteredMean">Mean of those; <c>null</c> when none is.</param>
/// <param name="Alpha">σ(filtered mean)/σ(mean), clamped; 1 when none counts.</param>
public sealed record Responsiveness(IReadOnlyList<bool> Keep, double? FilteredMean, double Alpha)
{
    /// <summary>Computes it.</summary>
    /// <param name="gaps">Reward of each demonstration minus that of the policy's response; at least one, finite.</param>
    /// <param name="tau">Largest squared distance from the mean that counts.</param>
    /// <param name="least">The factor is no smaller.</param>
    /// <param name="most">The factor is no larger.</param>
    /// <exception cref="ArgumentException">There is no gap, one is not finite, or the limits are not in order.</exception>
    public static Responsiveness Of(IReadOnlyList<double> gaps, double tau, double least, double most)
    {
        if (gaps.Count == 0 || gaps.Any(gap => !double.IsFinite(gap))) throw new ArgumentException("Responsiveness needs at least one finite gap.", nameof(gaps));
        if (!(tau >= 0 && least > 0 && least <= most)) throw new ArgumentException(Invariant($"τ is {tau} and the limits {least} and {most}; τ must be 0 or more, and the limits above 0 and in order."), nameof(tau));
        var mean = gaps.Average();
        bool[] keep = [.. gaps.Select(gap => (gap - mean) * (gap - mean) <= tau)];
        if (!keep.Contains(true)) return new(keep, null, 1);
        var filtered = gaps.Where((_, i) => keep[i]).Average();
        return new(keep, filtered, Math.Clamp(Logistic.Of(filtered) / Logistic.Of(mean), least, most));
    }
}
