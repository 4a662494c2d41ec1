using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Theory;

/// <summary>
/// L(lower limit of S_p, upper limit of K) less the responses that count as lost, against a floor: lower bound on the safety of any policy.
/// </summary>
/// <param name="Kind">Certified, vacuous or not applicable.</param>
/// <param name="Limit">The lower limit of S_π; <c>null</c> when not applicable.</param>
/// <param name="Floor">The required floor.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record SafetyCertificate(CertificateKind Kind, double? Limit, double Floor, string Reason)
{
    /// <summary>Puts the limits together. The three share one α: each must be one-sided at its part of it.</summary>
    /// <param name="safetyLower">Lower confidence limit of the reference's safety; a count of zero failures is not 1.</param>
    /// <param name="klUpper">Upper confidence limit of the mean sequence KL on the same prompts, cut at a level, nats.</param>
    /// <param name="lostUpper">Upper confidence limit of the share of responses above that level, which count as unsafe.</param>
    /// <param name="sampling">How both policies answered; must leave every response possible.</param>
    /// <param name="floor">The safety to be certified.</param>
    public static SafetyCertificate Of(double safetyLower, double klUpper, double lostUpper, SamplingOptions sampling, double floor)
    {
        if (!(floor >= 0 && floor <= 1))
            throw new ArgumentOutOfRangeException(nameof(floor), floor, Invariant($"The floor is {floor}; it must lie in [0, 1]."));
        SafetyCertificate None(string why) => new(CertificateKind.NotApplicable, null, floor, why);
        if (SamplingSupport.WhyNot(sampling) is { } reason) return None(reason);
        if (!(safetyLower >= 0 && safetyLower <= 1)) return None(Invariant($"the safety limit is {safetyLower}"));
        if (!(klUpper >= 0 && double.IsFinite(klUpper))) return None(Invariant($"the KL limit is {klUpper}"));
        if (!(lostUpper >= 0 && lostUpper <= 1)) return None(Invariant($"the limit of the lost share is {lostUpper}"));
        var limit = Math.Max(0, BernoulliKl.Lower(safetyLower, klUpper) - lostUpper);
        var from = Invariant($"safety of at least {safetyLower:0.####}, a KL of at most {klUpper:0.####} nats and {100 * lostUpper:0.##} % of the responses at most beyond it");
        return limit >= floor
            ? new(CertificateKind.Certified, limit, floor, Invariant($"{from} leave at least {limit:0.####}"))
            : new(CertificateKind.Vacuous, limit, floor, Invariant($"{from} leave {limit:0.####}, below the floor of {floor:0.####}"));
    }
}
