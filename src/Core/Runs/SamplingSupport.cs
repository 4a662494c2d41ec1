using SafetyGate.Core.Language;

namespace SafetyGate.Core.Runs;

/// <summary>
/// Whether a way of sampling gives every response a positive probability, as the bounds on the KL between two policies assume.
/// </summary>
public static class SamplingSupport
{
    /// <summary>
    /// Why the KL is not meaningful under these options; <c>null</c> if it is. Temperature and the limit on new tokens are applied to both
    /// policies and are fine.
    /// </summary>
    public static string? WhyNot(SamplingOptions sampling)
    {
        if (sampling.IsGreedy) return "answers were greedy: another policy than the one whose KL was measured";
        if (sampling.TopK is not null || sampling.TopP is < 1 || sampling.MinP is > 0)
            return "top-k, top-p or min-p cut responses off: the KL of such policies can be infinite";
        return sampling.RepetitionPenalty != 1 ? "a repetition penalty makes another policy than the one whose KL was measured" : null;
    }
}
