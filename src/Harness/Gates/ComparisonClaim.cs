using SafetyGate.Core.Language;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>A claim that scores are as good as others: the approved ones, or the untuned reference's.</summary>
public abstract record ComparisonClaim : Claim
{
    private protected ComparisonClaim() { }

    /// <summary>Approved baseline or untuned reference.</summary>
    public required ComparisonKind Against { get; init; }

    /// <summary>The rule.</summary>
    public required GateSettings Settings { get; init; }

    /// <summary>
    /// The settings under which the baseline was approved; <c>null</c> if none are recorded (a reference, or a bare result).
    /// </summary>
    public GateSettings? ApprovedSettings { get; init; }

    /// <summary>
    /// The settings recorded in the judged result itself; <c>null</c> if none are. They decide nothing: where a baseline has settings, others
    /// than those are not comparable.
    /// </summary>
    public GateSettings? RecordedSettings { get; init; }

    /// <summary>The pinned anchor against the slow slide; <c>null</c> for none.</summary>
    public Measurement? Anchor { get; init; }

    /// <summary>Name of the anchor, for the message.</summary>
    public string AnchorName => Settings.Anchor == AnchorKind.FirstApproved ? "the first approved result" : "the untuned reference";

    /// <inheritdoc/>
    public sealed override ClaimKind Kind =>
        Against == ComparisonKind.Baseline ? ClaimKind.NotRegressedFromBaseline : ClaimKind.NotDegradedFromReference;

    /// <summary>The anchor, if it is the untuned reference.</summary>
    private protected Measurement? ReferenceAnchor => Settings.Anchor == AnchorKind.FirstApproved ? null : Anchor;

    internal sealed override bool AllowsUntuned => AllowUntuned || Settings.AllowUntuned;

    /// <summary>The settings, and what they are applied to.</summary>
    private protected IEnumerable<RuleTerm> TermsOf(Measurement? now, ModelIdentity? reference) =>
    [
        .. now is null ? [] : Comparability.Rule(Settings, now.Direction).Select(field => new RuleTerm(field.Field, field.Value)),
        .. now is null ? [] : RuleTerms.Of(now),
        .. Against == ComparisonKind.Reference && reference is not null ? [RuleTerms.Reference(reference.WeightsDigest)] : Array.Empty<RuleTerm>(),
    ];

    internal sealed override string? Purpose => Settings.Because ?? Because;

    /// <summary>Name of the control, in the message.</summary>
    internal string Other => Against == ComparisonKind.Baseline ? "the approved baseline" : "the untuned reference";

    /// <summary>When the control's figures are from, in the message.</summary>
    internal string Then => Against == ComparisonKind.Baseline ? Comparability.WhenApproved : OfReference;

    /// <summary>The same of the anchor.</summary>
    internal string AnchorThen => Settings.Anchor == AnchorKind.FirstApproved ? "when first approved" : OfReference;

    private const string OfReference = "for the untuned reference";

    /// <summary>How to approve, as the end of a sentence.</summary>
    internal string Approve =>
        ApproveCommand is { Length: > 0 } command
            ? $"approve it in the same change and say why: {command}"
            : "change the specification in the same change and say why";

    // Too little that is scored is no evidence, and no policy makes it one: a scorer that breaks must not turn a gate into a skip.
    internal sealed override bool Fails(Verdict verdict, VerdictReason reason) =>
        verdict is Verdict.Regressed or Verdict.NotComparable || reason == VerdictReason.LowCoverage
        || (verdict == Verdict.Inconclusive && Settings.PolicyFor(Direction!.Value) == InconclusivePolicy.Fail);

    /// <summary>The lines of a claim that could not be judged.</summary>
    internal IEnumerable<TextLine> Refusal(Decision decision) =>
        VerdictText.Problems(BaselineProblem is not null ? "reason" : decision.Reason == VerdictReason.IdentityDiffers ? "differs" : "problem", decision.Problems);
}
