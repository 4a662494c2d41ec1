using SafetyGate.Analysis.Patterns;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The failures of an evaluation have nothing in common: Passed if there are none or they show no pattern, Regressed if they come in kinds.
/// </summary>
public sealed record PatternClaim : Claim
{
    /// <summary>Name of the metric whose failures are looked at.</summary>
    public required string On { get; init; }

    /// <summary>The patterns; <c>null</c> if no item failed.</summary>
    public required PatternReport? Report { get; init; }

    /// <summary>Items of the evaluation.</summary>
    public required int Items { get; init; }

    /// <summary>Why the failures could not be searched; <c>null</c> if they were.</summary>
    public string? Problem { get; init; }

    /// <summary>The scores that say which items failed, if some of them are a person's; <c>null</c> if none is.</summary>
    public Measurement? Scores { get; init; }

    /// <summary>The same claim by the scorer alone; <c>null</c> if no score is a person's.</summary>
    public PatternClaim? Scorers { get; init; }

    /// <inheritdoc/>
    public override ClaimKind Kind => ClaimKind.NoFailurePattern;

    /// <inheritdoc/>
    public override string Metric => $"failures of {On}";

    internal override IEnumerable<RuleTerm> Terms => Report is not { } report ? [new("metric", On), .. RuleTerms.Untuned(AllowsUntuned)] :
    [
        new("metric", On), new("analyst", report.Analyst), new("features", report.Features), RuleTerms.Of("least silhouette", report.Options.LeastSilhouette),
        new("fewest failures", Invariant($"{report.Options.FewestFailures}")), .. RuleTerms.Untuned(AllowsUntuned),
    ];

    internal override OpenClaim Open() => OpenClaim.Alone(
        Problems().ToArray() is { Length: > 0 } problems ? Refuse(VerdictReason.BadEvidence, problems)
        : Report is { Verdict: PatternVerdict.Patterns } found ? new() { Claim = this, Verdict = Verdict.Regressed, Reason = VerdictReason.PatternFound, Evidence = new PatternEvidence(found.Failures, found.Patterns.Count) }
        : new() { Claim = this, Verdict = Verdict.Passed, Reason = VerdictReason.NoPattern, Evidence = new PatternEvidence(Report?.Failures ?? 0, 0) });

    internal override bool Fails(Verdict verdict, VerdictReason reason) => verdict != Verdict.Passed;

    internal override IReadOnlyList<Measurement> Judged => Scores is { } scores ? [scores] : [];

    internal override Claim ByScorer() => Scorers is { } alone ? alone with { Untuned = Untuned, AllowUntuned = AllowUntuned } : this;

    internal override string Headline(Decision decision) => decision.Reason switch
    {
        VerdictReason.NoPattern => $"The {Metric} show no pattern.",
        VerdictReason.PatternFound => Invariant($"The {Metric} show {(Report!.Patterns.Count == 1 ? "a pattern" : Invariant($"{Report.Patterns.Count} patterns"))}."),
        _ => $"The {Metric} cannot be searched for patterns.",
    };

    internal override IEnumerable<TextLine> Lines(Decision decision)
    {
        if (decision.Evidence is not PatternEvidence) return VerdictText.Problems("problem", decision.Problems);
        var observed = new TextLine("observed", Invariant($"{Report?.Failures ?? 0} of {Items} items failed{(Report is { } report ? $"; {report.Reason}" : "")}"));
        return [observed, .. (Report?.Patterns ?? []).Select(pattern => new TextLine("pattern", Invariant($"{pattern.Items.Count} failures: {pattern.Name}; {pattern.SliceWords}{(pattern.SliceItems > 0 ? Invariant($", where {pattern.SliceFailures} of {pattern.SliceItems} failed") : "")}")))];
    }

    internal override string Next(Decision decision) => decision.Reason switch
    {
        VerdictReason.NoPattern => "nothing",
        VerdictReason.PatternFound => "read the failures of a pattern; gate augment makes training rows for it",
        _ => "repair what is named, then evaluate again",
    };

    private IEnumerable<string> Problems()
    {
        if (Problem is { } problem) yield return problem;
        if (Items < 1) yield return $"{On} has no items, so nothing can be said of its failures.";
        if (Report is not { } report) yield break;
        foreach (var wrong in report.Problems()) yield return wrong;
        if (report.Items != Items) yield return Invariant($"The patterns are those of an evaluation of {report.Items} items ({report.Source}), and {On} has {Items}.");
        if (report.Verdict == PatternVerdict.Patterns != report.Patterns.Count > 0) yield return Invariant($"The patterns' verdict is {report.Verdict}, and there are {report.Patterns.Count} patterns.");
    }
}
