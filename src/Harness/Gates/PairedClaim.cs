using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>One gated metric of one checkpoint is as good as the approved one, or as the untuned model's.</summary>
public sealed record PairedClaim : ComparisonClaim
{
    /// <summary>The control's measurement; <c>null</c> if no baseline has been approved, which never passes.</summary>
    public required Measurement? Approved { get; init; }

    /// <summary>The candidate's measurement.</summary>
    public required Measurement Now { get; init; }

    /// <inheritdoc/>
    public override string Metric => Now.Metric;

    /// <inheritdoc/>
    public override MetricDirection? Direction => Now.Direction;

    internal override string? SameAsReference => Untuned
        ?? ((Against == ComparisonKind.Reference ? Approved : ReferenceAnchor) is { } reference ? Same(Now.Model.WeightsDigest, reference.Model.WeightsDigest) : null);

    internal override IEnumerable<RuleTerm> Terms => TermsOf(Now, Approved?.Model);

    internal override OpenClaim Open() => PairedRule.Open(this);

    internal override IReadOnlyList<Measurement> Judged => [Now];

    internal override IReadOnlyList<Measurement> ComparedWith => [.. new[] { Approved, Anchor }.OfType<Measurement>()];

    internal override Claim ByScorer() => this with
    {
        Approved = Approved is { } approved ? ScoreOverrides.ByScorer(approved) : null,
        Now = ScoreOverrides.ByScorer(Now),
        Anchor = Anchor is { } anchor ? ScoreOverrides.ByScorer(anchor) : null,
    };

    internal override string Headline(Decision decision) => PairedWords.Headline(this, decision);

    internal override IEnumerable<TextLine> Lines(Decision decision) => PairedWords.Lines(this, decision);

    internal override string Next(Decision decision) => PairedWords.Next(this, decision);
}
