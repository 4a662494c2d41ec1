namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>How well a reward learnt from demonstrations tells them from the policy's own responses (after arXiv:2503.18991).</summary>
/// <param name="Loss">Mean of −log σ(r(demonstration) − r(generated)).</param>
/// <param name="Accuracy">Share of the pairs whose demonstration has the higher reward.</param>
public sealed record ShadowRewardLoss(double Loss, double Accuracy)
{
    /// <summary>Computes it.</summary>
    /// <param name="demonstrations">Rewards of demonstrations; at least one.</param>
    /// <param name="generated">Reward of the response paired with each.</param>
    /// <exception cref="ArgumentException">There is no pair, or the lists have different lengths.</exception>
    public static ShadowRewardLoss Of(IReadOnlyList<double> demonstrations, IReadOnlyList<double> generated)
    {
        if (demonstrations.Count == 0 || demonstrations.Count != generated.Count) throw new ArgumentException(Invariant($"There are {demonstrations.Count} demonstrations and {generated.Count} responses; each needs its pair."), nameof(generated));
        double[] gaps = [.. demonstrations.Zip(generated, (demonstration, response) => demonstration - response)];
        return new(gaps.Average(gap => Math.Max(-gap, 0) + double.LogP1(Math.Exp(-Math.Abs(gap)))), gaps.Average(gap => gap > 0 ? 1.0 : 0.0));
    }
}
