using SafetyGate.Analysis.Dynamics;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Few labels of a training set are wrong or suspected by its training dynamics: Passed if the upper limit of their share is within what is
/// allowed, Regressed if the lower limit is above, else Inconclusive, which fails. What nobody looked at counts as wrong.
/// </summary>
public sealed record LabelClaim : Claim
{
    private const int Shown = 8;

    /// <summary>The training dynamics.</summary>
    public required DynamicsResult Dynamics { get; init; }

    /// <summary>The share that is allowed, in [0, 1).</summary>
    public required double AtMost { get; init; }

    /// <summary>One-sided level. Default .05.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <inheritdoc/>
    public override ClaimKind Kind => ClaimKind.LabelsSound;

    /// <inheritdoc/>
    public override string Metric => $"suspected labels of {Dynamics.Data}";

    // The probabilities themselves change with every training and are no part of the rule.
    internal override IEnumerable<RuleTerm> Terms =>
    [
        RuleTerms.Of(RuleTerms.AtMost, AtMost), RuleTerms.Of(Comparability.AlphaField, Alpha), new("data", Dynamics.Data), new("measure", Dynamics.Measure),
        new("epochs", Invariant($"{Dynamics.Epochs}")), RuleTerms.Reference(Dynamics.Weights),
    ];

    internal override OpenClaim Open() => OpenClaim.Alone(Decide());

    internal override bool Fails(Verdict verdict, VerdictReason reason) => verdict != Verdict.Passed;

    internal override string Headline(Decision decision) => decision.Reason switch
    {
        VerdictReason.LabelsSound => Invariant($"At most {100 * AtMost:0.##} % of the labels of {Dynamics.Data} are wrong or suspected."),
        VerdictReason.LabelsSuspected => Invariant($"More than {100 * AtMost:0.##} % of the labels of {Dynamics.Data} are wrong or suspected."),
        VerdictReason.TooLittleEvidence => Invariant($"The labels of {Dynamics.Data} are inconclusive: that at most {100 * AtMost:0.##} % are wrong or suspected is neither shown nor ruled out."),
        _ => $"The labels of {Dynamics.Data} cannot be judged.",
    };

    internal override IEnumerable<TextLine> Lines(Decision decision)
    {
        if (decision.Evidence is not LabelEvidence evidence) return VerdictText.Problems("problem", decision.Problems);
        var suspected = Dynamics.Suspected;
        var (wrong, sound) = (Dynamics.Items.Count(item => item.Triage == Triage.Wrong), Dynamics.Items.Count(item => item.Triage == Triage.Sound));
        return
        [
            new("observed", Invariant($"{evidence.Suspected} of {evidence.Items} items ({100 * evidence.Share:0.##} %); {100 * (1 - 2 * Alpha):0.##} % interval {100 * evidence.Limits.Lower:0.##} to {100 * evidence.Limits.Upper:0.##} % (two-sided, Clopper–Pearson), whose upper end counts")),
            new("suspected", Invariant($"the gold answer was never likelier than {ItemDynamics.RightAbove:0.#} after any of {Dynamics.Epochs} epochs; people found {wrong} wrong and {sound} sound, and nobody looked at {suspected.Count(item => item.Item.Triage == Triage.None)} of the suspected")),
            .. suspected.Count == 0 ? [] : new[] { new TextLine("items", string.Join(", ", suspected.Take(Shown).Select(item => Invariant($"{item.Item.Id} ({item.Dynamics.Confidence:0.###})"))) + (suspected.Count > Shown ? Invariant($" and {suspected.Count - Shown} more") : "")) },
        ];
    }

    internal override string Next(Decision decision) => decision.Reason switch
    {
        VerdictReason.LabelsSound => "nothing",
        VerdictReason.LabelsSuspected or VerdictReason.TooLittleEvidence => "look at the suspected items and write what you find (wrong or sound) into the triage: gate dynamics --triage FILE; mend the wrong ones and train again",
        _ => "repair what is named, then run gate dynamics again",
    };

    private Decision Decide()
    {
        if (Problems().ToArray() is { Length: > 0 } problems) return Refuse(VerdictReason.BadEvidence, problems);
        var (count, total) = (Dynamics.Suspected.Count, Dynamics.Items.Count);
        var limits = new Proportion(count, total).ClopperPearson(1 - 2 * Alpha);
        var (verdict, reason) = limits.Upper <= AtMost ? (Verdict.Passed, VerdictReason.LabelsSound)
            : limits.Lower > AtMost ? (Verdict.Regressed, VerdictReason.LabelsSuspected)
            : (Verdict.Inconclusive, VerdictReason.TooLittleEvidence);
        return new() { Claim = this, Verdict = verdict, Reason = reason, Evidence = new LabelEvidence(count, total, limits) };
    }

    private IEnumerable<string> Problems()
    {
        if (!(AtMost >= 0 && AtMost < 1)) yield return Invariant($"The share that is allowed is {AtMost}; it must lie in [0, 1).");
        if (!(Alpha > 0 && Alpha < 0.5)) yield return Invariant($"{nameof(Alpha)} is {Alpha}; it must lie between 0 and 0.5.");
        foreach (var problem in Dynamics.Problems()) yield return problem;
    }
}
