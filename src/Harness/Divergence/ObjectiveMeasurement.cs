using SafetyGate.Core.Language;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Divergence;

/// <summary>
/// The objective G − β·KL(π‖p) of a policy on training prompts, beside the reference's G: the premise of the certificate that holds for any
/// policy.
/// </summary>
/// <remarks>
/// If G_π − β·KL ≥ G_p then KL ≤ (G_π − G_p)/β and, on those prompts, |S_π − S_p| ≤ √((G_π − G_p)/(2β)) (derived and checked for this
/// project). The unit is the prompt, or, where prompts share a behavior, the behavior with the mean of its prompts. The reward's gain, which
/// is bounded, has Student's t limits over the units. The KL has limits by betting on values in [0, <see cref="LargestKl"/>], so that a
/// tail that was not drawn does not escape them; the two share α.
/// </remarks>
public sealed record ObjectiveMeasurement
{
    private ObjectiveMeasurement() { }

    /// <summary>β, in reward per nat; 0 when the run has none.</summary>
    public required double Beta { get; init; }

    /// <summary>Nats that the KL on no prompt may exceed: a mean that no bound limits has no upper limit.</summary>
    public required double LargestKl { get; init; }

    /// <summary>How responses were drawn.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>The prompts; empty when nothing was measured.</summary>
    public required IReadOnlyList<ObjectivePrompt> Prompts { get; init; }

    /// <summary>The units of inference: prompts, or behaviors where prompts share them.</summary>
    public int Units => InferenceUnits.Group(Prompts, prompt => prompt.Behavior).Count;

    /// <summary>Why nothing can be concluded; <c>null</c> if something can.</summary>
    public required string? WhyNot { get; init; }

    /// <summary>Whether limits may be taken from it.</summary>
    public bool IsUsable => WhyNot is null;

    /// <summary>Mean reward of the policy; <c>null</c> when it is not usable.</summary>
    public double? Reward => Mean(prompt => prompt.Reward);

    /// <summary>Mean reward of the reference; <c>null</c> when it is not usable.</summary>
    public double? ReferenceReward => Mean(prompt => prompt.ReferenceReward);

    /// <summary>Mean KL, nats; <c>null</c> when it is not usable.</summary>
    public double? Kl => Mean(prompt => prompt.Kl);

    /// <summary>Mean of G_π − β·KL − G_p; <c>null</c> when it is not usable.</summary>
    public double? Change => Mean(ChangeOf);

    /// <summary>Limits of the change of the objective; <c>null</c> when not usable.</summary>
    /// <param name="level">Confidence.</param>
    /// <param name="side">Which sides are bounded.</param>
    public Interval? ChangeLimits(double level, IntervalSide side) {
        Check.OpenUnit(level, nameof(level));
        if (!IsUsable) return null;
        // Each side is one-sided at its part of α, half for the gain and half for the KL.
        var part = (1 - level) / (side == IntervalSide.Two ? 4 : 2);
        var gain = StudentMean.Of(OfUnits(prompt => prompt.Reward - prompt.ReferenceReward));
        var lower = side == IntervalSide.Upper ? double.NegativeInfinity
            : gain.Limits(1 - part, IntervalSide.Lower)!.Value.Lower - (Beta * KlLimit(part, IntervalSide.Upper).Upper);
        var upper = side == IntervalSide.Lower ? double.PositiveInfinity
            : gain.Limits(1 - part, IntervalSide.Upper)!.Value.Upper - (Beta * KlLimit(part, IntervalSide.Lower).Lower);
        return new(lower, upper);
    }

    /// <summary>t limits of the gain G_π − G_p; <c>null</c> when not usable.</summary>
    /// <param name="level">Confidence.</param>
    /// <param name="side">Which sides are bounded.</param>
    public Interval? GainLimits(double level, IntervalSide side) => Limits(prompt => prompt.Reward - prompt.ReferenceReward, level, side);

    /// <summary>
    /// The most safety can have moved on these prompts: √(ΔG/(2β)) with the upper limit of ΔG, and only when the lower limit of the
    /// objective's change is 0 or more. The two limits share α. <c>null</c> when the premise is not shown.
    /// </summary>
    /// <param name="alpha">One-sided error probability of the whole statement.</param>
    public double? Certificate(double alpha)
    {
        Check.Alpha(alpha);
        if (!(ChangeLimits(1 - (alpha / 2), IntervalSide.Lower)?.Lower >= 0)) return null;
        return GainLimits(1 - (alpha / 2), IntervalSide.Upper) is { Upper: >= 0 and var gain } ? Math.Sqrt(gain / (2 * Beta)) : null;
    }

    /// <summary>A measurement that was not or cannot be made.</summary>
    /// <param name="beta">β.</param>
    /// <param name="sampling">How responses would have been drawn.</param>
    /// <param name="why">Why not.</param>
    public static ObjectiveMeasurement NotApplicable(double beta, SamplingOptions sampling, string why) =>
        new() { Beta = beta, LargestKl = ObjectivePlan.DefaultLargestKl, Sampling = sampling, Prompts = [], WhyNot = why };

    /// <summary>Creates a measurement from the prompts' contributions.</summary>
    /// <param name="beta">β, in reward per nat.</param>
    /// <param name="sampling">How responses were drawn.</param>
    /// <param name="prompts">One for each prompt, ids unique, in an order that is independent of the values.</param>
    /// <param name="largestKl">Nats that the KL on no prompt may exceed.</param>
    public static ObjectiveMeasurement Of(double beta, SamplingOptions sampling, IReadOnlyList<ObjectivePrompt> prompts,
        double largestKl = ObjectivePlan.DefaultLargestKl)
    {
        ClippedKl.RequireLevel(largestKl);
        if (KlSamples.WhyNot(sampling) is { } reason) return NotApplicable(beta, sampling, reason);
        if (!(beta > 0 && double.IsFinite(beta)))
            return NotApplicable(beta, sampling, Invariant($"beta is {beta}: without a KL in the objective there is no premise to test"));
        return new() { Beta = beta, LargestKl = largestKl, Sampling = sampling, Prompts = prompts, WhyNot = Problem(prompts, largestKl) };
    }

    private static string? Problem(IReadOnlyList<ObjectivePrompt> prompts, double largestKl)
    {
        var units = InferenceUnits.Group(prompts, prompt => prompt.Behavior);
        if (units.Count < KlSamples.FewestPrompts)
            return units.Count < prompts.Count
                ? Invariant($"it was measured on {prompts.Count} prompts in {units.Count} behaviors; {KlSamples.FewestPrompts} behaviors are the fewest")
                : Invariant($"it was measured on {prompts.Count} prompts; {KlSamples.FewestPrompts} are the fewest");
        foreach (var prompt in prompts)
        {
            if (!double.IsFinite(prompt.Reward) || !double.IsFinite(prompt.ReferenceReward)) return Invariant($"the rewards of prompt '{prompt.Id}' are {prompt.Reward} and {prompt.ReferenceReward}; they must be finite");
            if (!(prompt.Kl >= 0 && double.IsFinite(prompt.Kl)))
                return Invariant($"the KL on prompt '{prompt.Id}' is {prompt.Kl}; it must be finite and 0 or more");
            if (prompt.Kl > largestKl)
                return Invariant($"the KL on prompt '{prompt.Id}' is {prompt.Kl:0.###} nats, above the {largestKl:0.###} that no prompt may exceed; without such a bound its mean has no upper limit");
        }

        if (prompts.GroupBy(prompt => prompt.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            return $"it has the prompt '{twice.Key}' twice";
        double[] gains = [.. units.Select(unit => unit.Average(prompt => prompt.Reward - prompt.ReferenceReward))];
        return gains.All(gain => gain == gains[0])
            ? $"the reward moved by the same on every {(units.Count < prompts.Count ? "behavior" : "prompt")}: values that do not vary have no t interval"
            : null;
    }

    private Interval KlLimit(double alpha, IntervalSide side)
    {
        var limits = new ConfidenceSequence([.. OfUnits(prompt => prompt.Kl / LargestKl)], SequenceMethod.GridKelly, alpha, side).RunningAtEnd();
        return new(LargestKl * limits.Lower, LargestKl * limits.Upper);
    }

    private double ChangeOf(ObjectivePrompt prompt) => prompt.Reward - (Beta * prompt.Kl) - prompt.ReferenceReward;

    private double? Mean(Func<ObjectivePrompt, double> of) => IsUsable ? OfUnits(of).Average() : null;

    private Interval? Limits(Func<ObjectivePrompt, double> of, double level, IntervalSide side) =>
        IsUsable ? StudentMean.Of(OfUnits(of)).Limits(level, side) : null;

    private double[] OfUnits(Func<ObjectivePrompt, double> of) =>
        [.. InferenceUnits.Group(Prompts, prompt => prompt.Behavior).Select(unit => unit.Average(of))];
}
