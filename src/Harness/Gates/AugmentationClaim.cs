using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Rows made for a failing slice help: against each control of the same size, the lower limit of the slice's paired change is above 0 and the
/// other items stay within a margin. Passed if that holds for every control, Regressed if the slice fell against one or the others did, else
/// Inconclusive, which fails.
/// </summary>
public sealed record AugmentationClaim : Claim
{
    /// <summary>The run with the rows.</summary>
    public required Measurement Now { get; init; }

    /// <summary>The controls by name, measured alike; at least one.</summary>
    public required IReadOnlyList<(string Name, Measurement Measured)> Controls { get; init; }

    /// <summary>The slice in words, such as <c>category: long</c>.</summary>
    public required string Slice { get; init; }

    /// <summary>Ids of its items.</summary>
    public required IReadOnlySet<string> Items { get; init; }

    /// <summary>The drop of the other items that must be ruled out.</summary>
    public required double Margin { get; init; }

    /// <summary>Why a control is none, such as a run that was not trained; <c>null</c> if each is one.</summary>
    public string? Problem { get; init; }

    /// <inheritdoc/>
    public override ClaimKind Kind => ClaimKind.AugmentationHelps;

    /// <inheritdoc/>
    public override string Metric => $"{Now.Metric}, {Slice}";

    /// <inheritdoc/>
    public override MetricDirection? Direction => Now.Direction;

    internal override IEnumerable<RuleTerm> Terms =>
        [new("slice", Slice), RuleTerms.Of(Comparability.MarginField, Margin), new("controls", Invariant($"{Controls.Count}")), .. RuleTerms.Of(Now)];

    internal override OpenClaim Open() => OpenClaim.Alone(Decide());

    internal override bool Fails(Verdict verdict, VerdictReason reason) => verdict != Verdict.Passed;

    internal override IReadOnlyList<Measurement> Judged => [Now];

    internal override IReadOnlyList<Measurement> ComparedWith => [.. Controls.Select(control => control.Measured)];

    internal override Claim ByScorer() => this with { Now = ScoreOverrides.ByScorer(Now), Controls = [.. Controls.Select(control => (control.Name, ScoreOverrides.ByScorer(control.Measured)))] };

    internal override string Headline(Decision decision) => decision.Verdict switch
    {
        Verdict.Passed => $"{Metric}: the added rows help more than {Others()}.",
        Verdict.Regressed => $"{Metric}: the added rows do harm.",
        Verdict.Inconclusive => $"{Metric}: the added rows are not shown to help more than {Others()}.",
        _ => $"{Metric}: whether the added rows help cannot be judged.",
    };

    internal override IEnumerable<TextLine> Lines(Decision decision) => decision.Evidence is not AugmentationEvidence evidence
        ? VerdictText.Problems("problem", decision.Problems)
        : [.. evidence.Controls.SelectMany(control => new[] { new TextLine("slice", $"against {control.Name}: {Line(control.Slice.Paired!)}"), new TextLine("others", $"against {control.Name}: {Line(control.Others.Paired!)}; margin {Words.Unsigned(Margin)}") })];

    internal override string Next(Decision decision) => decision.Verdict switch
    {
        Verdict.Passed => "nothing",
        Verdict.Regressed => "look at the rows (gate augment's report) and at the flipped items; mix more of the other training data in",
        Verdict.Inconclusive => "make more rows, train longer, or measure more items of the slice",
        _ => "repair what is named, then evaluate again",
    };

    private string Others() => Controls.Count == 1 ? Controls[0].Name : Invariant($"{Controls.Count} controls of the same size");

    private static string Line(PairedEvidence paired) =>
        Invariant($"{Words.Points(paired.Comparison.Difference)} on {paired.Comparison.Items.Count} items, 90 % interval {Words.Points(paired.Limits.Lower)} to {Words.Points(paired.Limits.Upper)}");

    private Decision Decide()
    {
        if (Problems().ToArray() is { Length: > 0 } problems) return Refuse(VerdictReason.BadEvidence, problems);
        List<(string Name, Decision Slice, Decision Others)> controls = [.. Controls.Select(control => (control.Name, Against(control.Measured, true), Against(control.Measured, false)))];
        var evidence = new AugmentationEvidence(controls);
        if (controls.SelectMany(control => new[] { control.Slice, control.Others }).FirstOrDefault(one => one.Paired is null) is { } open)
            return Refuse(VerdictReason.BadEvidence, open.Problems);
        var harms = controls.Any(control => control.Slice.Paired!.Limits.Upper < 0 || control.Others.Verdict == Verdict.Regressed);
        var helps = controls.All(control => control.Slice.Paired!.Limits.Lower > 0 && control.Slice.Reason != VerdictReason.LowCoverage && control.Others.Verdict == Verdict.Passed);
        return new()
        {
            Claim = this,
            Verdict = helps ? Verdict.Passed : harms ? Verdict.Regressed : Verdict.Inconclusive,
            Reason = helps ? VerdictReason.AugmentationHelps : harms ? VerdictReason.AugmentationHarms : VerdictReason.TooLittleEvidence,
            Evidence = evidence,
        };
    }

    private Decision Against(Measurement control, bool inSlice) => RunVerdicts.Decide(new PairedClaim
    {
        Against = ComparisonKind.Reference,
        Approved = control with { Items = [.. control.Items.Where(item => Items.Contains(item.Id) == inSlice)] },
        Now = Now with { Items = [.. Now.Items.Where(item => Items.Contains(item.Id) == inSlice)] },
        Settings = new GateSettings { Margin = Margin },
    });

    private IEnumerable<string> Problems()
    {
        if (Problem is { } problem) yield return problem;
        if (Controls.GroupBy(control => control.Measured.Model.WeightsDigest, StringComparer.Ordinal).FirstOrDefault(group => group.Key.Length > 0 && group.Count() > 1) is { } twice)
            yield return $"The controls {string.Join(" and ", twice.Select(control => $"'{control.Name}'"))} have the same weights; give runs that differ.";
        if (Controls.FirstOrDefault(control => control.Measured.Model.WeightsDigest is { Length: > 0 } weights && weights == Now.Model.WeightsDigest) is { Name: { } itself })
            yield return $"The control '{itself}' has the very weights of the run with the rows; give runs that were trained with other rows.";
        if (Controls.Count == 0) yield return "There is no control; give at least one run trained with as many other rows.";
        if (!(Margin > 0 && Margin < 1)) yield return Invariant($"The margin is {Margin}; it must lie between 0 and 1.");
        var within = Now.Items.Count(item => Items.Contains(item.Id));
        if (within > 0 && within < Items.Count) yield return Invariant($"{Items.Count - within} of the {Items.Count} items with '{Slice}' have no result; evaluate all of {Now.Benchmark}.");
        if (within == 0) yield return $"No item of {Now.Benchmark} has '{Slice}'; name a category, suite, behavior or difficulty that its items have.";
        if (within > 0 && within == Now.Items.Count) yield return $"Every item of {Now.Benchmark} has '{Slice}', so there are no other items that must not fall.";
    }
}
