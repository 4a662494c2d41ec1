using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Divergence;

/// <summary>The mean sequence KL(policy‖reference) on named prompts, nats, with the data needed to judge its precision.</summary>
/// <remarks>
/// The unit is the prompt: several responses to one are averaged first. Sequence KL is unbounded, so the limits of
/// <see cref="Limits"/> (Student's t on prompt-level values) are approximate, and a tail that was not drawn escapes them: they describe,
/// and decide nothing. Decisions rest on <see cref="ClippedKl"/>. Damaged or incomplete samples (<see cref="KlSamples"/>) make a
/// measurement unusable: then <see cref="WhyNot"/> has the reason, and there are no limits.
/// </remarks>
public sealed record KlMeasurement
{
    /// <summary>Name and version of the estimator; required to match for two measurements to be comparable.</summary>
    public const string Estimator = "full-vocabulary sequence KL, version 1";

    private KlMeasurement() { }

    /// <summary>How the responses were drawn; the KL is that of the policies under these options.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>Prompts and models it was measured on; <c>null</c> if that was not recorded, and then it joins no score.</summary>
    public required KlSubject? Subject { get; init; }

    /// <summary>Prompts measured on.</summary>
    public required int Prompts { get; init; }

    /// <summary>Responses drawn, over all prompts.</summary>
    public required int Responses { get; init; }

    /// <summary>Mean KL of each prompt, nats, by prompt id in the order of the prompts; empty if nothing was drawn.</summary>
    public required IReadOnlyList<KeyValuePair<string, double>> PromptKl { get; init; }

    /// <summary>KL of each response, nats, by prompt in the order of <see cref="PromptKl"/>.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> ResponseKl { get; init; }

    /// <summary>Mean over the prompts, nats; <c>null</c> when there is none or it is not finite.</summary>
    public required double? Mean { get; init; }

    /// <summary>Share of the whole that the largest prompt has, in (0, 1]; <c>null</c> when the mean is 0 or missing.</summary>
    public required double? LargestShare { get; init; }

    /// <summary>The mean by k1, a cross-check: unbiased, of more variance.</summary>
    public required double? K1Mean { get; init; }

    /// <summary>The mean by k3, a cross-check: summed over tokens it is unbiased too, of heavy tails.</summary>
    public required double? K3Mean { get; init; }

    /// <summary>
    /// 1 − variance of the prompts' KL / variance of their k1: the saving from reading the whole vocabulary; <c>null</c> if k1 does not
    /// vary.
    /// </summary>
    public required double? VarianceSaved { get; init; }

    /// <summary>Why no limit may be taken from it; <c>null</c> when it is usable.</summary>
    public required string? WhyNot { get; init; }

    /// <summary>Whether limits may be taken from it.</summary>
    public bool IsUsable => WhyNot is null;

    /// <summary>Student's t limits of the mean; <c>null</c> when it is not usable. The lower one is not below 0.</summary>
    /// <param name="level">Confidence, such as .95.</param>
    /// <param name="side">Which sides are bounded.</param>
    public Interval? Limits(double level, IntervalSide side = IntervalSide.Two)
    {
        Check.OpenUnit(level, nameof(level));
        if (!IsUsable) return null;
        return StudentMean.Of([.. PromptKl.Select(prompt => prompt.Value)]).Limits(level, side) is { } limits
            ? new Interval(side == IntervalSide.Upper ? double.NegativeInfinity : Math.Max(0, limits.Lower), limits.Upper)
            : null;
    }

    /// <summary>A measurement that was not made because the KL is not meaningful under these options.</summary>
    public static KlMeasurement NotApplicable(SamplingOptions sampling, int prompts, string why) => new()
    {
        Sampling = sampling,
        Subject = null,
        Prompts = prompts,
        Responses = 0,
        PromptKl = [],
        ResponseKl = [],
        Mean = null,
        LargestShare = null,
        K1Mean = null,
        K3Mean = null,
        VarianceSaved = null,
        WhyNot = why,
    };

    /// <summary>Puts responses together.</summary>
    /// <param name="samples">All responses; prompts in the order of their first.</param>
    /// <param name="sampling">How they were drawn.</param>
    /// <param name="subject">Prompts and models; <c>null</c> for policies without a benchmark, whose KL joins no score.</param>
    public static KlMeasurement Of(IReadOnlyList<KlSample> samples, SamplingOptions sampling, KlSubject? subject = null)
    {
        var prompts = samples.GroupBy(sample => sample.PromptId, StringComparer.Ordinal).ToList();
        if (KlSamples.WhyNot(sampling) is { } reason) return NotApplicable(sampling, prompts.Count, reason);
        if (prompts.Count == 0) return NotApplicable(sampling, 0, "there are no prompts");
        var kl = prompts.Select(prompt => prompt.Average(sample => sample.Kl)).ToList();
        var k1 = prompts.Select(prompt => prompt.Average(sample => sample.K1)).ToList();
        var k3 = prompts.Select(prompt => prompt.Average(sample => sample.K3)).ToList();
        var finite = kl.TrueForAll(double.IsFinite) && double.IsFinite(kl.Sum());
        return new()
        {
            Sampling = sampling,
            Subject = subject,
            Prompts = prompts.Count,
            Responses = samples.Count,
            PromptKl = [.. prompts.Zip(kl, (prompt, value) => KeyValuePair.Create(prompt.Key, value))],
            ResponseKl = [.. prompts.Select(prompt => (IReadOnlyList<double>)[.. prompt.Select(sample => sample.Kl)])],
            Mean = finite ? kl.Average() : null,
            LargestShare = finite && kl.Sum() > 0 ? kl.Max() / kl.Sum() : null,
            K1Mean = Finite(k1.Average()),
            K3Mean = Finite(k3.Average()),
            VarianceSaved = finite && Variance(k1) is > 0 and < double.PositiveInfinity and var spread ? 1 - (Variance(kl) / spread) : null,
            WhyNot = KlSamples.WhyNot(samples, sampling, subject) ?? CrossChecks.WhyNot(kl, k1, k3),
        };
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static double Variance(List<double> values)
    {
        if (values.Count < 2) return 0;
        var mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
    }
}
