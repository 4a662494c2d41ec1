using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Theory;

/// <summary>Averages over prompts: kl(mean S_π‖mean S_p) ≤ mean KL, so the bounds hold for averages with the mean KL (convexity).</summary>
/// <param name="MeanSafety">Mean S_p.</param>
/// <param name="MeanKl">Mean KL, nats.</param>
/// <param name="Lower">Lowest value to which the mean safety may fall, whatever the policy does on which prompt.</param>
/// <param name="WorstMean">Mean of each prompt at its own limit; never below <paramref name="Lower"/>.</param>
public sealed record PromptAverage(double MeanSafety, double MeanKl, double Lower, double WorstMean)
{
    /// <summary>Of prompts with their safety under the reference and the KL on them.</summary>
    public static PromptAverage Of(IReadOnlyList<double> safety, IReadOnlyList<double> kl)
    {
        Check.Finite(safety, nameof(safety));
        Check.Finite(kl, nameof(kl));
        if (safety.Count != kl.Count)
            throw new ArgumentException(Invariant($"There are {safety.Count} prompts and {kl.Count} KLs."), nameof(kl));
        var worst = safety.Zip(kl, BernoulliKl.Lower).Average();
        var (meanSafety, meanKl) = (safety.Average(), kl.Average());
        return new(meanSafety, meanKl, BernoulliKl.Lower(meanSafety, meanKl), worst);
    }
}
