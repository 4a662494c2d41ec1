using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// A rate is above an absolute floor: Passed if the lower end of its interval reaches it, Regressed if the upper end does not, else
/// Inconclusive, which fails.
/// </summary>
public sealed record FloorClaim : Claim
{
    /// <summary>The measurement: one 0/1 score an item. Unscored responses count as bad.</summary>
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

    internal override OpenClaim Open() => OpenClaim.Alone(Decide());

    internal override bool Fails(Verdict verdict, VerdictReason reason) => verdict != Verdict.Passed;

    internal override string Headline(Decision decision) => Metric + decision.Verdict switch
    {
        Verdict.Passed => " is above its floor.",
        Verdict.Regressed => " is below its floor.",
        Verdict.Inconclusive => " is not shown to be above its floor.",
        _ => " cannot be held against its floor.",
    };

    internal override IEnumerable<TextLine> Lines(Decision decision) =>
        decision.Evidence is not FloorEvidence evidence ? VerdictText.Problems("problem", decision.Problems) :
    [
        new("floor", Invariant($"{Floor:0.####}")),
        new("observed", Invariant($"{evidence.Rate:0.####}: {Now.Items.Count(i => i.Scores[0] == 1)} of {UnitWords.Count(Now.Items.Count, IsClustered ? Units.Count : null)}; {100 * (1 - 2 * Alpha):0.##} % interval {evidence.Limits.Lower:0.####} to {evidence.Limits.Upper:0.####} (two-sided, {(IsClustered ? "Gaffke's over behaviors" : "Clopper–Pearson")}), whose lower end counts")),
        new("unscored", Invariant($"{Now.Items.Count(i => i.Scores[0] is null)} (counted as bad)")),
    ];

    internal override string Next(Decision decision) => decision.Verdict switch
    {
        Verdict.Passed => "nothing",
        Verdict.NotComparable => "repair what is named: a floor in [0, 1] is read from one 0/1 score an item",
        _ => "read the responses; evaluate more items when the interval is what fails",
    };

    private IReadOnlyList<IReadOnlyList<ItemOutcome>> Units => InferenceUnits.Group(Now.Items, item => item.Behavior);

    private bool IsClustered => Units.Count < Now.Items.Count;

    private Decision Decide()
    {
        if (Problems().ToArray() is { Length: > 0 } problems) return Refuse(VerdictReason.BadEvidence, problems);
        var evidence = FloorEvidence.Of(Floor, [.. Units.Select(unit => unit.Average(item => item.Scores[0] ?? 0))], exact: true, Alpha);
        return new() { Claim = this, Verdict = evidence.Verdict, Reason = VerdictReason.Floor, Evidence = evidence };
    }

    private IEnumerable<string> Problems()
    {
        if (!(Floor >= 0 && Floor <= 1)) yield return Invariant($"The floor is {Floor}; it must lie in [0, 1].");
        if (!(Alpha > 0 && Alpha < 0.5)) yield return Invariant($"{nameof(Alpha)} is {Alpha}; it must lie between 0 and 0.5.");
        foreach (var problem in PairingProblems.Alone(Now, "present")) yield return problem;
        if (Now.Items.FirstOrDefault(item => item.Scores.Count != 1 || item.Scores[0] is not (null or 0 or 1)) is { } graded)
            yield return $"Item '{graded.Id}' has several samples or a score between 0 and 1; a floor is read from one 0/1 score an item.";
    }
}
