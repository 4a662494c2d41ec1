using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Divergence;

/// <summary>
/// A KL cut at a level: the mean of min(KL of a response, level), and the share of the responses above it. Both are means of bounded
/// values, so their limits hold whatever the tail is, prompts that were never drawn included.
/// </summary>
/// <remarks>
/// <para>Let π' answer as π until the KL of the positions so far would pass the level, and as the reference p from there on. Then
/// KL(π'‖p) ≤ E min(K, level), because the KL of a position is known before its token is drawn; and π' and π give the same response
/// wherever K is at most the level. So for any score s in [0, 1]: S_π ≥ L(S_p, E min(K, level)) − P(K &gt; level), with no assumption
/// about the tail. Derived and checked for this project.</para>
/// <para>Limits of the mean: the grid-Kelly betting sequence (Waudby-Smith and Ramdas, 2024) over the units in an order that is
/// independent of their values. Limits of the share: Clopper and Pearson's for one response a unit, else the betting sequence.</para>
/// </remarks>
public sealed class ClippedKl
{
    private const int MostUnits = 1_000_000;

    private readonly double[] _shares, _above;

    private ClippedKl(double level, int responses, int exceeding, double largest, double[] shares, double[] above) =>
        (Level, Responses, Exceeding, Largest, _shares, _above) = (level, responses, exceeding, largest, shares, above);

    /// <summary>The level, nats a response.</summary>
    public double Level { get; }

    /// <summary>Units of inference: prompts, or behaviors where prompts share them.</summary>
    public int Units => _shares.Length;

    /// <summary>Responses.</summary>
    public int Responses { get; }

    /// <summary>Responses above the level.</summary>
    public int Exceeding { get; }

    /// <summary>The largest KL of a response, nats.</summary>
    public double Largest { get; }

    /// <summary>Mean of min(KL, level), nats.</summary>
    public double Mean => Level * _shares.Average();

    /// <summary>Cuts a usable measurement.</summary>
    /// <param name="kl">The measurement; usable.</param>
    /// <param name="level">The level, nats; above 0.</param>
    /// <param name="score">The score on the same prompts, which knows the prompts' behaviors; <c>null</c> if each prompt is a unit.</param>
    /// <exception cref="ArgumentException">The measurement is not usable.</exception>
    public static ClippedKl Of(KlMeasurement kl, double level, Measurement? score = null)
    {
        RequireLevel(level);
        if (kl.WhyNot is { } why) throw new ArgumentException($"The KL is not usable: {why}.", nameof(kl));
        var behaviors = score?.Items.ToDictionary(item => item.Id, item => item.Behavior, StringComparer.Ordinal) ?? [];
        var digest = kl.Subject?.BenchmarkDigest ?? "";
        var prompts = kl.PromptKl.Zip(kl.ResponseKl, (prompt, values) => (Id: prompt.Key, Values: values));
        var units = InferenceUnits.Group(prompts, prompt => behaviors.GetValueOrDefault(prompt.Id))
            .OrderBy(unit => unit.Select(prompt => ItemBudget.Key(digest, prompt.Id)).Min(StringComparer.Ordinal), StringComparer.Ordinal).ToList();
        return new(level, kl.Responses, kl.ResponseKl.Sum(values => values.Count(value => value > level)),
            kl.ResponseKl.Max(values => values.Max()),
            [.. units.Select(unit => unit.Average(prompt => prompt.Values.Average(value => Math.Min(value, level) / level)))],
            [.. units.Select(unit => unit.Average(prompt => prompt.Values.Average(value => value > level ? 1.0 : 0)))]);
    }

    /// <summary>Upper limit of the mean of min(KL, level), nats.</summary>
    /// <param name="alpha">One-sided error probability.</param>
    public double UpperMean(double alpha) => Level * Betting(_shares, alpha, IntervalSide.Upper).Upper;

    /// <summary>Lower limit of the mean of min(KL, level), nats: one of the mean KL, too.</summary>
    /// <param name="alpha">One-sided error probability.</param>
    public double LowerMean(double alpha) => Level * Betting(_shares, alpha, IntervalSide.Lower).Lower;

    /// <summary>Upper limit of the share of responses above the level.</summary>
    /// <param name="alpha">One-sided error probability.</param>
    public double UpperShare(double alpha)
    {
        Check.Alpha(alpha);
        return Array.TrueForAll(_above, share => share is 0 or 1)
            ? new Proportion(_above.Count(share => share == 1), Units).ClopperPearson(1 - alpha, IntervalSide.Upper).Upper
            : Betting(_above, alpha, IntervalSide.Upper).Upper;
    }

    /// <summary>
    /// Units from which on the upper limit of a mean as observed is within a budget; <c>null</c> if the mean itself is not, or if a million
    /// are too few.
    /// </summary>
    /// <param name="nats">The budget.</param>
    /// <param name="alpha">One-sided error probability.</param>
    /// <remarks>Approximate: the mean stays, and the distance of the limit falls as one over the number of units.</remarks>
    public int? UnitsFor(double nats, double alpha) =>
        Math.Ceiling(Units * (UpperMean(alpha) - Mean) / (nats - Mean)) is > 0 and <= MostUnits and var units ? (int)units : null;

    internal static void RequireLevel(double level)
    {
        if (!(level > 0 && double.IsFinite(level)))
            throw new ArgumentOutOfRangeException(nameof(level), level, Invariant($"The level is {level} nats a response; it must be finite and above 0."));
    }

    private static Interval Betting(double[] values, double alpha, IntervalSide side)
    {
        Check.Alpha(alpha);
        return new ConfidenceSequence(values, SequenceMethod.GridKelly, alpha, side).RunningAtEnd();
    }
}
