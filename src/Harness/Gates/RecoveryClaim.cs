using SafetyGate.Analysis.Strata;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Training on easy items gains at least a share of what training on hard ones gains, on hard items (after arXiv:2401.06751). Passed if the
/// lower limit of the share reaches it and the gap's limits exclude 0, Regressed if the gap is there and the share's upper limit does not
/// reach it, else Inconclusive, which fails.
/// </summary>
public sealed record RecoveryClaim : Claim
{
    /// <summary>Fewest trainings of each arm; with fewer their spread is unknown.</summary>
    public const int FewestSeeds = 3;

    /// <summary>The scores of the trainings.</summary>
    public required StrataResult Strata { get; init; }

    /// <summary>The share of the gap that must be recovered, in (0, 1].</summary>
    public required double AtLeast { get; init; }

    /// <summary>One-sided level. Default .05.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <inheritdoc/>
    public override ClaimKind Kind => ClaimKind.EasyDataRecovers;

    /// <inheritdoc/>
    public override string Metric => $"gap recovered from easy data on {Strata.Benchmark} ({Strata.Training.Trainer})";

    internal override IEnumerable<RuleTerm> Terms =>
    [
        RuleTerms.Of(RuleTerms.AtLeast, AtLeast), RuleTerms.Of(Comparability.AlphaField, Alpha), RuleTerms.Of("smallest gap", Strata.SmallestGap),
        new("benchmark", Strata.Benchmark), new("benchmark digest", Strata.BenchmarkDigest), new("hardness", Strata.Hardness.Source),
        RuleTerms.Of("easy at most", Strata.Hardness.EasyAtMost), RuleTerms.Of("hard at least", Strata.Hardness.HardAtLeast),
        new("trainer", Strata.Training.Trainer), new("examples", Invariant($"{Strata.Training.Examples}")), new("steps", Invariant($"{Strata.Training.Steps}")),
        new("settings", Strata.Training.Settings), new("scorer", Strata.Training.Scorer), RuleTerms.Reference(Strata.Training.Weights),
    ];

    internal override OpenClaim Open() => OpenClaim.Alone(Decide());

    internal override bool Fails(Verdict verdict, VerdictReason reason) => verdict != Verdict.Passed;

    internal override string Headline(Decision decision) => Invariant($"Training on easy items ({Strata.Training.Trainer}) ") + decision.Reason switch
    {
        VerdictReason.GapRecovered => Invariant($"recovers at least {AtLeast:0.##} of what training on hard ones gains on {Strata.Benchmark}."),
        VerdictReason.GapPartlyRecovered => Invariant($"recovers a part of what training on hard ones gains on {Strata.Benchmark}, and less than {AtLeast:0.##}."),
        VerdictReason.GapNotRecovered => Invariant($"recovers nothing that could be shown of what training on hard ones gains on {Strata.Benchmark}, and less than {AtLeast:0.##}."),
        VerdictReason.NoGap => $"is inconclusive on {Strata.Benchmark}: training on hard items is not shown to gain anything that could be recovered.",
        VerdictReason.TooLittleEvidence => Invariant($"is inconclusive on {Strata.Benchmark}: that it recovers {AtLeast:0.##} is neither shown nor ruled out."),
        _ => $"cannot be judged on {Strata.Benchmark}.",
    };

    internal override IEnumerable<TextLine> Lines(Decision decision)
    {
        if (decision.Evidence is not RecoveryEvidence { Table: var table }) return VerdictText.Problems("problem", decision.Problems);
        return
        [
            new("recovered", Invariant($"{(table.Recovered.Value is { } share ? Invariant($"{share:0.###}") : "undefined (" + table.Recovered.Reason + Invariant($", {Strata.SmallestGap:0.###})"))}; limits {table.RecoveredLimits}, each one-sided at {Alpha:0.####} (bootstrap over items, paired, and over seeds, unpaired), whose lower end counts")),
            new("gap", Invariant($"{table.Gap:+0.###;-0.###;0} on hard items from training on hard ones; limits {table.GapLimits}, which must exclude 0")),
            new("hard", Invariant($"untrained {Cell(table, TrainedOn.None)}, easy-trained {Cell(table, TrainedOn.Easy)}, hard-trained {Cell(table, TrainedOn.Hard)}")),
            new("on", Invariant($"{table[TrainedOn.Hard, Stratum.Hard]!.Items} hard and {table[TrainedOn.Hard, Stratum.Easy]!.Items} easy of {Strata.Items.Count} test items ({Strata.Hardness.Source}: {Strata.Hardness}), {table.Seeds} trainings an arm{Sizes()}")),
            .. decision.Problems.Select(why => new TextLine("why", why)),
        ];
    }

    internal override string Next(Decision decision) => decision.Reason switch
    {
        VerdictReason.GapRecovered => "nothing; easy items are enough for this skill",
        VerdictReason.GapPartlyRecovered or VerdictReason.GapNotRecovered => "label hard items too: easy ones do not teach them; or demand less, approved in the same change with its reason",
        VerdictReason.NoGap => "check the labels of hard training items (gate dynamics), train longer or on more, and test more hard items",
        VerdictReason.TooLittleEvidence => "add seeds or hard test items until the limits are narrower",
        _ => "repair what is named, then run gate strata again",
    };

    private string Sizes() => Strata.Training is { Examples: > 0 } training
        ? Invariant($"; {training.Examples} examples{(training.Steps > 0 ? Invariant($" and {training.Steps} steps") : "")} each") : "";

    private static string Cell(StrataTable table, TrainedOn trained) => table[trained, Stratum.Hard] is { } cell ? Invariant($"{cell.Accuracy:0.###} ({cell.Limits})") : "";

    private Decision Decide()
    {
        if (Problems().ToArray() is { Length: > 0 } problems) return Refuse(VerdictReason.BadEvidence, problems);
        var table = StrataTable.Of(Strata, Alpha);
        var (verdict, reason, why) = Judge(table);
        return new() { Claim = this, Verdict = verdict, Reason = reason, Evidence = new RecoveryEvidence(table), Problems = why is null ? [] : [why] };
    }

    private (Verdict, VerdictReason, string? Why) Judge(StrataTable table)
    {
        if (table.Seeds < FewestSeeds) return (Verdict.Inconclusive, VerdictReason.TooLittleEvidence, Invariant($"there are {table.Seeds} trainings of an arm; {FewestSeeds} or more are needed, or their spread is unknown"));
        if (!(table.GapLimits.Lower > 0)) return (Verdict.Inconclusive, VerdictReason.NoGap, "the limits of the gap include 0 or less");
        if (table.Recovered.Value is null) return (Verdict.Inconclusive, VerdictReason.NoGap, table.Recovered.Reason);
        if (table.RecoveredLimits.Lower >= AtLeast) return (Verdict.Passed, VerdictReason.GapRecovered, null);
        if (table.RecoveredLimits.Upper < AtLeast) return (Verdict.Regressed, table.RecoveredLimits.Lower > 0 ? VerdictReason.GapPartlyRecovered : VerdictReason.GapNotRecovered, null);
        return (Verdict.Inconclusive, VerdictReason.TooLittleEvidence, Invariant($"the limits of the share reach to both sides of {AtLeast:0.###}"));
    }

    private IEnumerable<string> Problems()
    {
        if (!(AtLeast > 0 && AtLeast <= 1)) yield return Invariant($"The share that must be recovered is {AtLeast}; it must lie in (0, 1].");
        if (!(Alpha > 0 && Alpha < 0.5)) yield return Invariant($"{nameof(Alpha)} is {Alpha}; it must lie between 0 and 0.5.");
        foreach (var problem in Strata.Problems()) yield return problem;
    }
}
