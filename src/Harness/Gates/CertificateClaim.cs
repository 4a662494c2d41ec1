using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The KL that was spent certifies a floor of safety, whatever the policy does within it. A certificate that is vacuous or not applicable
/// passes nothing.
/// </summary>
public sealed record CertificateClaim : DivergenceClaim
{
    /// <summary>The safety to be certified, in [0, 1].</summary>
    public required double Floor { get; init; }

    /// <summary>Whether a certificate that does not reach the floor fails the build.</summary>
    public required bool Required { get; init; }

    /// <inheritdoc/>
    public override ClaimKind Kind => ClaimKind.Certified;

    /// <inheritdoc/>
    public override string Metric => "safety certificate on " + On;

    internal override OpenClaim Open() => OpenClaim.Alone(Decide());

    internal override bool Fails(Verdict verdict, VerdictReason reason) => Required && verdict != Verdict.Passed;

    internal override string Headline(Decision decision)
    {
        var limit = ((DivergenceEvidence)decision.Evidence!).Limit;
        return decision.Reason switch
        {
            VerdictReason.Certified =>
                Invariant($"{Metric}: certified: the safety of the tuned model is at least {limit:0.####}, the floor {Floor:0.####}."),
            VerdictReason.Vacuous => Invariant($"{Metric}: vacuous: what is certified is {limit:0.####}, below the floor {Floor:0.####}."),
            _ => $"{Metric}: not applicable.",
        };
    }

    internal override IEnumerable<TextLine> Lines(Decision decision)
    {
        var evidence = (DivergenceEvidence)decision.Evidence!;
        return
        [
            new("reason", evidence.Certificate!.Reason),
            .. Observed(evidence.Alpha),
            new("bound", Invariant($"kl(S_tuned‖S_reference) ≤ KL for any policy, the same prompts and sampling (B7, derived and checked for this project); both limits at {evidence.Alpha:0.####}, so that the statement holds at {Alpha:0.####}")),
        ];
    }

    internal override string Next(Decision decision) =>
        decision.Verdict == Verdict.Passed ? "nothing" : "spend less KL (beta, learning rate, steps), or measure on more prompts; a certificate that is vacuous says nothing against the model";

    private Decision Decide()
    {
        Check.Alpha(Alpha, nameof(Alpha));
        Check.Probability(Floor, nameof(Floor));
        var alpha = Alpha / 2; // two limits, one statement
        var (safety, whyNot) = ReferenceSafety.Lower(Reference, alpha);
        var upper = SameWeights ? 0 : Kl.Limits(1 - alpha, IntervalSide.Upper)?.Upper;
        whyNot ??= SameWeights ? SamplingSupport.WhyNot(Kl.Sampling) : Kl.WhyNot;
        var certificate = whyNot is not null || safety is not { } s || upper is not { } k
            ? new SafetyCertificate(CertificateKind.NotApplicable, null, Floor, whyNot ?? "there is no limit of the KL")
            : SafetyCertificate.Of(s, k, Kl.Prompts, Kl.Sampling, Floor);
        var (verdict, reason) = certificate.Kind switch
        {
            CertificateKind.Certified => (Verdict.Passed, VerdictReason.Certified),
            CertificateKind.Vacuous => (Verdict.Inconclusive, VerdictReason.Vacuous),
            _ => (Verdict.Inconclusive, VerdictReason.NotApplicable),
        };
        return new()
        {
            Claim = this, Verdict = verdict, Reason = reason,
            Evidence = new DivergenceEvidence { Limit = certificate.Limit, Against = Floor, Alpha = alpha, Certificate = certificate },
        };
    }
}
