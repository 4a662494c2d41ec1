using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// No stratum of hardness fell by the margin or more: Passed if each stratum passes by itself, Regressed if one is shown to have fallen
/// (drops adjusted over the strata), else Inconclusive. A mean that holds can hide hard items that broke.
/// </summary>
public sealed record StratumClaim : Claim
{
    /// <summary>The comparison of all items, under the rule that each stratum must meet.</summary>
    public required PairedClaim Pooled { get; init; }

    /// <summary>Hardness of items by id; every item of the comparison needs one.</summary>
    public required IReadOnlyDictionary<string, double> Hardness { get; init; }

    /// <summary>Where strata end.</summary>
    public required StratumChoice Strata { get; init; }

    /// <inheritdoc/>
    public override ClaimKind Kind => ClaimKind.NoStratumDegraded;

    /// <inheritdoc/>
    public override string Metric => Pooled.Metric;

    /// <inheritdoc/>
    public override MetricDirection? Direction => Pooled.Direction;

    internal override bool AllowsUntuned => Pooled.AllowsUntuned;

    internal override string? SameAsReference => Pooled.SameAsReference;

    internal override string? Purpose => Pooled.Purpose;

    internal override IEnumerable<RuleTerm> Terms =>
    [
        .. Pooled.Terms,
        new("strata", Strata.Thresholds is { } cuts ? Invariant($"easy at most {cuts.EasyAtMost:R}, hard at least {cuts.HardAtLeast:R}") : Invariant($"percentiles {Strata.Easy:R} and {Strata.Hard:R}")),
    ];

    internal override OpenClaim Open() => OpenClaim.Alone(Decide());

    internal override bool Fails(Verdict verdict, VerdictReason reason) => Pooled.Fails(verdict, reason);

    internal override IReadOnlyList<Measurement> Judged => Pooled.Judged;

    internal override IReadOnlyList<Measurement> ComparedWith => Pooled.ComparedWith;

    internal override Claim ByScorer() => this with { Pooled = (PairedClaim)Pooled.ByScorer() };

    internal override string Headline(Decision decision)
    {
        var margin = Words.Unsigned(Pooled.Settings.Margin);
        return (decision.Verdict, decision.Evidence) switch
        {
            (Verdict.Passed, _) => $"{Metric} passed in every stratum: a drop of {margin} or more against {Pooled.Other} is ruled out in each.",
            (Verdict.Regressed, StratumEvidence evidence) => $"{Metric} regressed in the {Named(evidence, Verdict.Regressed)} against {Pooled.Other}.",
            (Verdict.Inconclusive, StratumEvidence evidence) => $"{Metric} is inconclusive in the {Named(evidence, Verdict.Inconclusive)}: a drop of {margin} against {Pooled.Other} is neither ruled out nor shown.",
            _ => $"{Metric} cannot be compared stratum by stratum.",
        };
    }

    internal override IEnumerable<TextLine> Lines(Decision decision) => decision.Evidence is not StratumEvidence evidence
        ? VerdictText.Problems("problem", decision.Problems)
        : [.. evidence.Strata.Select(stratum => new TextLine(stratum.Suite, Line(stratum.Decision)))];

    internal override string Next(Decision decision) => decision.Verdict switch
    {
        Verdict.Passed => "nothing",
        Verdict.Regressed => "read the responses of that stratum; gate patterns says what they have in common; train on items of that hardness too",
        Verdict.Inconclusive => "evaluate more items of that stratum, or gate with a margin that this many items can hold (`./gate power` computes which)",
        _ => "repair what is named, then evaluate again",
    };

    private static string Named(StratumEvidence evidence, Verdict verdict)
    {
        List<string> names = [.. evidence.Strata.Where(stratum => stratum.Decision.Verdict == verdict).Select(stratum => stratum.Suite)];
        return names.Count == 1 ? $"{names[0]} stratum" : $"{string.Join(" and ", names)} strata";
    }

    private string Line(Decision decision) => decision.Paired is not { } paired ? $"{decision.Verdict}: {string.Join(" ", decision.Problems)}"
        : Invariant($"{decision.Verdict}: {Words.Points(paired.Comparison.Difference)} on {UnitWords.Count(paired.Comparison.Items.Count, paired.Comparison.IsClustered ? paired.Comparison.Units.Count : null)}, {100 * (1 - 2 * Pooled.Settings.AlphaOfALook):0.##} % interval {Words.Points(paired.Limits.Lower)} to {Words.Points(paired.Limits.Upper)}, p {Words.P(paired.AdjustedDropP)} after Holm over {paired.Family}");

    private Decision Decide()
    {
        if (Pooled.Now.Items.FirstOrDefault(item => !Hardness.ContainsKey(item.Id)) is { } without)
            return Refuse(VerdictReason.BadEvidence, $"Item '{without.Id}' has no hardness; every item of the benchmark needs one (column difficulty).");
        if (Pooled.Now.Items.FirstOrDefault(item => !double.IsFinite(Hardness[item.Id])) is { } infinite)
            return Refuse(VerdictReason.BadEvidence, Invariant($"The hardness of item '{infinite.Id}' is {Hardness[infinite.Id]}; it must be a finite number."));
        if (Strata.Problems().ToArray() is { Length: > 0 } problems) return Refuse(VerdictReason.BadEvidence, problems);
        StratumCuts cuts;
        try
        {
            cuts = Strata.For([.. Pooled.Now.Items.Select(item => Hardness[item.Id])]);
        }
        catch (UserErrorException e)
        {
            return Refuse(VerdictReason.BadEvidence, e.Message);
        }

        var strata = Pooled.Now.Items.Select(item => cuts.Of(Hardness[item.Id])).Distinct().Order().ToList();
        if (((Stratum[])[Stratum.Easy, Stratum.Hard]).Except(strata).ToList() is { Count: > 0 } empty)
            return Refuse(VerdictReason.BadEvidence, Invariant($"No item is {Name(empty[0])} (easy ≤ {cuts.EasyAtMost:0.####}, hard ≥ {cuts.HardAtLeast:0.####}); move the cuts, or evaluate items of that hardness."));
        var claims = strata.Select(stratum => Pooled with
        {
            Approved = Pooled.Approved is { } approved ? approved with { Items = [.. approved.Items.Where(item => Hardness.TryGetValue(item.Id, out var place) && cuts.Of(place) == stratum)] } : null,
            Now = Pooled.Now with { Items = [.. Pooled.Now.Items.Where(item => cuts.Of(Hardness[item.Id]) == stratum)] },
            Anchor = null,
            Settings = Pooled.Settings with { Floor = null, ExactUnconditional = false },
        }).ToList();
        List<SuiteVerdict> verdicts = [.. strata.Zip(RunVerdicts.Decide(claims), (stratum, decision) => new SuiteVerdict(Name(stratum), decision))];
        var worst = verdicts.OrderByDescending(one => Graveness(one.Decision.Verdict)).First().Decision;
        return new() { Claim = this, Verdict = worst.Verdict, Reason = worst.Reason, Evidence = new StratumEvidence(verdicts), Problems = worst.Problems };
    }

    private static string Name(Stratum stratum) => stratum switch { Stratum.Easy => "easy", Stratum.Hard => "hard", _ => "medium" };

    private static int Graveness(Verdict verdict) => verdict switch { Verdict.NotComparable => 3, Verdict.Regressed => 2, Verdict.Inconclusive => 1, _ => 0 };
}
