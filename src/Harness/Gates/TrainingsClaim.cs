using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>A claim about a recipe rather than a checkpoint: what training it again would give, on the population of prompts.</summary>
public sealed record TrainingsClaim : ComparisonClaim
{
    /// <summary>Fewest trainings from which a spread between seeds is estimated.</summary>
    public const int FewestSeeds = 3;

    /// <summary>One measurement for each approved training; for the untuned reference, which is one checkpoint, a single one.</summary>
    public required IReadOnlyList<Measurement> Approved { get; init; }

    /// <summary>One measurement for each training now; 3 or more.</summary>
    public required IReadOnlyList<Measurement> Now { get; init; }

    /// <summary>
    /// One measurement for each training that was approved first, when <see cref="AnchorKind.FirstApproved"/> is the anchor: they take the
    /// place of <see cref="ComparisonClaim.Anchor"/>. Empty for the untuned reference.
    /// </summary>
    public IReadOnlyList<Measurement> FirstApproved { get; init; } = [];

    /// <summary>The anchor: one checkpoint, as many trainings as now, or none.</summary>
    internal IReadOnlyList<Measurement> Anchors => FirstApproved.Count > 0 ? FirstApproved : Anchor is { } pinned ? [pinned] : [];

    /// <summary>Gated comparisons of the run; calling a drop uses α over this number (Bonferroni).</summary>
    public int Family { get; init; } = 1;

    /// <inheritdoc/>
    public override string Metric => Now.Count > 0 ? Now[0].Metric : "The recipe";

    /// <inheritdoc/>
    public override MetricDirection? Direction => Now.Count > 0 ? Now[0].Direction : null;

    internal override string? SameAsReference => Untuned
        ?? ((Against == ComparisonKind.Reference ? Approved.FirstOrDefault() : ReferenceAnchor) is { } reference
            ? Now.Select(now => Same(now.Model.WeightsDigest, reference.Model.WeightsDigest)).FirstOrDefault(why => why is not null)
            : null);

    internal override IEnumerable<RuleTerm> Terms =>
    [
        .. TermsOf(Now.Count > 0 ? Now[0] : null, Approved.Count > 0 ? Approved[0].Model : null),
        .. Against == ComparisonKind.Reference ? [new RuleTerm("trainings", Invariant($"{Now.Count}"))] : Array.Empty<RuleTerm>(),
    ];

    internal override OpenClaim Open() => OpenClaim.Alone(TrainingsRule.Decide(this));

    internal override IReadOnlyList<Measurement> Judged => Now;

    internal override IReadOnlyList<Measurement> ComparedWith => [.. Approved, .. Anchors];

    internal override Claim ByScorer() => this with
    {
        Approved = [.. Approved.Select(ScoreOverrides.ByScorer)],
        Now = [.. Now.Select(ScoreOverrides.ByScorer)],
        Anchor = Anchor is { } anchor ? ScoreOverrides.ByScorer(anchor) : null,
        FirstApproved = [.. FirstApproved.Select(ScoreOverrides.ByScorer)],
    };

    internal override string Headline(Decision decision) => TrainingsWords.Headline(this, decision);

    internal override IEnumerable<TextLine> Lines(Decision decision) => TrainingsWords.Lines(this, decision);

    internal override string Next(Decision decision) => TrainingsWords.Next(this, decision);
}
