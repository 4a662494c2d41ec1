using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Divergence;

/// <summary>Whether samples are a complete measurement of the KL on their prompts. What is damaged or missing yields no limit.</summary>
public static class KlSamples
{
    /// <summary>Fewest prompts of a usable measurement: fewer cannot rule out that one response in 25 carries a large KL.</summary>
    public const int FewestPrompts = 100;

    /// <summary>
    /// Lowest temperature of a usable measurement. Below it a logit difference of 7.5 is a probability below the smallest double, so that
    /// responses the theory counts on cannot be drawn.
    /// </summary>
    public const double LowestTemperature = 0.01;

    /// <summary>Highest temperature of a usable measurement: above it every policy is uniform, and the KL says nothing of the weights.</summary>
    public const double HighestTemperature = 100;

    // Rounding of a sum over a response's tokens, each of which is 0 or more; nats.
    private const double Rounding = 1e-9;

    /// <summary>Why these options give no usable KL; <c>null</c> if they do.</summary>
    public static string? WhyNot(SamplingOptions sampling)
    {
        if (SamplingSupport.WhyNot(sampling) is { } reason) return reason;
        if (sampling.Problems().FirstOrDefault() is { } problem) return problem.TrimEnd('.');
        return sampling.Temperature is >= LowestTemperature and <= HighestTemperature ? null
            : Invariant($"the temperature is {sampling.Temperature}; between {LowestTemperature} and {HighestTemperature} the probabilities of responses can be represented");
    }

    /// <summary>The first reason why samples yield no limit, for people; <c>null</c> if they do.</summary>
    /// <param name="samples">All responses.</param>
    /// <param name="sampling">How they were drawn.</param>
    /// <param name="subject">The prompts that had to be measured; <c>null</c> for those of the samples.</param>
    public static string? WhyNot(IReadOnlyList<KlSample> samples, SamplingOptions sampling, KlSubject? subject)
    {
        foreach (var sample in samples)
            if (OfOne(sample, sampling) is { } problem) return problem;
        var prompts = samples.GroupBy(sample => sample.PromptId, StringComparer.Ordinal).ToList();
        foreach (var prompt in prompts)
            if (!prompt.Select(sample => sample.Sample).Order().SequenceEqual(Enumerable.Range(0, sampling.SamplesPerPrompt)))
                return Invariant($"prompt '{prompt.Key}' has the samples {string.Join(", ", prompt.Select(sample => sample.Sample).Order())}; the sampling draws {sampling.SamplesPerPrompt} a prompt, numbered from 0");
        if (subject is not null && Incomplete([.. prompts.Select(prompt => prompt.Key)], subject.PromptIds) is { } missing) return missing;
        return prompts.Count < FewestPrompts
            ? Invariant($"the KL was measured on {prompts.Count} prompts; {FewestPrompts} are the fewest")
            : null;
    }

    /// <summary>The first difference between two lists of prompts; <c>null</c> if they are the same in the same order.</summary>
    /// <param name="measured">Ids of the prompts the KL was measured on.</param>
    /// <param name="wanted">Ids of the prompts it is to be of.</param>
    internal static string? Incomplete(IReadOnlyList<string> measured, IReadOnlyList<string> wanted)
    {
        if (measured.Count != wanted.Count)
            return Invariant($"prompts: the KL was measured on {measured.Count} of them, the metric has {wanted.Count}");
        for (var i = 0; i < wanted.Count; i++)
            if (!string.Equals(measured[i], wanted[i], StringComparison.Ordinal))
                return Invariant($"prompts: number {i + 1} is '{measured[i]}' in the KL and '{wanted[i]}' in the metric");
        return null;
    }

    private static string? OfOne(KlSample sample, SamplingOptions sampling)
    {
        var which = $"a response to prompt '{sample.PromptId}'";
        if (sample.Tokens < 1) return Invariant($"{which} has {sample.Tokens} tokens: an empty response shows nothing of either policy");
        if (sample.Tokens > sampling.MaxNewTokens)
            return Invariant($"{which} has {sample.Tokens} tokens, and {sampling.MaxNewTokens} new ones are allowed: it was drawn under other options");
        if (!double.IsFinite(sample.Kl)) return "a KL is infinite or not a number: the reference gives next to no probability to the policy's responses, or weights are broken";
        if (sample.Kl < 0) return Invariant($"a KL is {sample.Kl}; it can only be 0 or more");
        if (!double.IsFinite(sample.K1) || !double.IsFinite(sample.K3))
            return Invariant($"the cross-checks of {which} are k1 {sample.K1} and k3 {sample.K3}; both must be finite");
        return sample.K3 < -Rounding ? Invariant($"k3 of {which} is {sample.K3}; it can only be 0 or more") : null;
    }
}
