namespace SafetyGate.Harness.Divergence;

/// <summary>
/// Whether k1 and k3 agree with the estimate from the whole vocabulary. All three have the same mean, so a difference that chance does not
/// explain shows a meter that reads another policy than the one that answered.
/// </summary>
public static class CrossChecks
{
    /// <summary>Standard errors of the difference that chance may explain.</summary>
    public const double StandardErrors = 4;

    /// <summary>Nats that are allowed in any case: rounding, and differences that no budget depends on.</summary>
    public const double Floor = 0.01;

    /// <summary>
    /// Share of the KL that k1 may be off besides. Its standard error is that of the drawn responses, which miss rare ones.
    /// </summary>
    public const double K1Share = 0.1;

    /// <summary>
    /// Share of the KL that k3 may be off besides. Its mean rests on tokens the policy seldom draws, so that most measurements fall short
    /// of it by far more than their standard error.
    /// </summary>
    public const double K3Share = 0.5;

    /// <summary>Why the three do not belong together, or what makes the values no measurement; <c>null</c> if they agree.</summary>
    /// <param name="kl">KL of each prompt by the whole vocabulary, nats; finite.</param>
    /// <param name="k1">By k1.</param>
    /// <param name="k3">By k3.</param>
    internal static string? WhyNot(IReadOnlyList<double> kl, IReadOnlyList<double> k1, IReadOnlyList<double> k3)
    {
        if (!double.IsFinite(kl.Sum()) || !double.IsFinite(k1.Sum()) || !double.IsFinite(k3.Sum()))
            return "a KL is infinite or not a number: the sum over the prompts overflows";
        if (kl.All(value => value == kl[0]))
            return Invariant($"the KL is {kl[0]} nats on every prompt: no measured KL is the same everywhere");
        return Far("k1", kl, k1, K1Share) ?? Far("k3", kl, k3, K3Share);
    }

    private static string? Far(string name, IReadOnlyList<double> kl, IReadOnlyList<double> check, double share)
    {
        double[] apart = [.. check.Zip(kl, (a, b) => a - b)];
        var (mean, of) = (apart.Average(), kl.Average());
        var error = Math.Sqrt(apart.Sum(d => (d - mean) * (d - mean)) / (apart.Length - 1) / apart.Length);
        var allowed = Floor + (share * of) + (StandardErrors * error);
        return Math.Abs(mean) <= allowed ? null
            : Invariant($"{name} is {check.Average():0.#####} nats and the estimate from the whole vocabulary {of:0.#####}: {Math.Abs(mean):0.#####} apart, where {allowed:0.#####} are allowed ({Floor} nats, {100 * share:0} % of the KL and {StandardErrors} standard errors of the difference)");
    }
}
