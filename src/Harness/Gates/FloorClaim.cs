using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// A rate is above an absolute floor: Passed if the lower end of its interval reaches it, Regressed if the upper end does not, else
/// Inconclusive, which fails; below 95 % scored it is Inconclusive whatever the interval.
/// </summary>
/// <remarks>
/// The unit is the item with the mean of its samples, or, where items share a behavior, the behavior with the mean of its items. Limits are
/// Clopper and Pearson's for one 0/1 score an item, else Gaffke's for means in [0, 1] (<see cref="BoundedMean"/>).
/// </remarks>
public sealed record FloorClaim : Claim
{
    /// <summary>The measurement. Unscored responses count as bad.</summary>
    public required Measurement Now { get; init; }

    /// <summary>The floor, in [0, 1], of the stored direction: 1 is good.</summary>
    public required double Floor { get; init; }

    /// <summary>One-sided level. Default .05.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <inheritdoc/>
    public override ClaimKind Kind => ClaimKind.AtLeast;

    /// <inheritdoc/>
    public override string Metric => Now.Metric;

    /// <inheritdoc/>
    public override MetricDirection? Direction => Now.Direction;

    internal override IEnumerable<RuleTerm> Terms =>
        [RuleTerms.Of(Comparability.FloorField, Floor), RuleTerms.Of(Comparability.AlphaField, Alpha), .. RuleTerms.Of(Now), .. RuleTerms.Untuned(AllowsUntuned)];

    internal override OpenClaim Open() => OpenClaim.Alone(Decide());

    internal override bool Fails(Verdict verdict, VerdictReason reason) => verdict != Verdict.Passed;

    internal override IReadOnlyList<Measurement> Judged => [Now];

    internal override Claim ByScorer() => this with { Now = ScoreOverrides.ByScorer(Now) };

    internal override string Headline(Decision decision) => Metric + (decision.Verdict, decision.Reason) switch
    {
        (Verdict.Passed, _) => " is above its floor.",
        (Verdict.Regressed, _) => " is below its floor.",
        (Verdict.Inconclusive, VerdictReason.LowCoverage) => Invariant($" is inconclusive: only {100 * Coverage:0.#} % of the items are scored; {100 * MinimumCoverage:0.#} % are needed before any number counts."),
        (Verdict.Inconclusive, _) => " is not shown to be above its floor.",
        _ => " cannot be held against its floor.",
    };

    internal override IEnumerable<TextLine> Lines(Decision decision) =>
        decision.Evidence is not FloorEvidence evidence ? VerdictText.Problems("problem", decision.Problems) :
    [
        new("floor", Invariant($"{Floor:0.####}")),
        new("observed", $"{ObservedRate.Words(Now, evidence.Rate, evidence.Limits, Alpha)}, whose lower end counts{Words.Wilson(evidence.Wilson)}"),
        .. ScorerCorrected.Of(Now, 1 - 2 * Alpha) is { } corrected ? [new TextLine("corrected", corrected.ToString())] : Array.Empty<TextLine>(),
        new("unscored", Invariant($"{Now.Items.Count(i => i.Scores.Contains(null))} (counted as bad)")),
        .. CutResponses.Of(Now.Items) is { Cut: > 0 } cut ? [new TextLine("cut", Invariant($"{cut}; the limit is {Now.Sampling.MaxNewTokens} new tokens"))] : Array.Empty<TextLine>(),
    ];

    internal override string Next(Decision decision) => (decision.Verdict, decision.Reason) switch
    {
        (Verdict.Passed, _) => "nothing",
        (Verdict.NotComparable, _) => "repair what is named, then evaluate again",
        (_, VerdictReason.LowCoverage) => "find out why responses are unscored (truncated, empty, judge errors); raise MaxNewTokens or repair the scorer, then evaluate again",
        _ => "read the responses; evaluate more items when the interval is what fails",
    };

    private const double MinimumCoverage = 0.95;

    private double Coverage => (double)Now.Items.Count(i => !i.Scores.Contains(null)) / Now.Items.Count;

    private Decision Decide()
    {
        if (Problems().ToArray() is { Length: > 0 } problems) return Refuse(VerdictReason.BadEvidence, problems);
        var evidence = FloorEvidence.Of(Floor, InferenceUnits.Values(Now), exact: true, Alpha);
        return Coverage < MinimumCoverage
            ? new() { Claim = this, Verdict = Verdict.Inconclusive, Reason = VerdictReason.LowCoverage, Evidence = evidence with { Verdict = Verdict.Inconclusive } }
            : new() { Claim = this, Verdict = evidence.Verdict, Reason = VerdictReason.Floor, Evidence = evidence };
    }

    private IEnumerable<string> Problems()
    {
        if (!(Floor >= 0 && Floor <= 1)) yield return Invariant($"The floor is {Floor}; it must lie in [0, 1].");
        if (!(Alpha > 0 && Alpha < 0.5)) yield return Invariant($"{nameof(Alpha)} is {Alpha}; it must lie between 0 and 0.5.");
        foreach (var problem in PairingProblems.Alone(Now, "present")) yield return problem;
    }
}
