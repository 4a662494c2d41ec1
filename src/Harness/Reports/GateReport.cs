using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>Everything a report shows; each format is a function of it. It shows no time and no machine.</summary>
public sealed record GateReport
{
    /// <summary>The verdicts of the specs so far.</summary>
    public required IReadOnlyList<VerdictRecord> Verdicts { get; init; }

    /// <summary>Verdicts of other test runs in the same folder, which the report leaves out.</summary>
    public int OfOtherRuns { get; init; }

    /// <summary>Which test run is shown, in one sentence; <c>null</c> when the verdicts do not say.</summary>
    public string? Run
    {
        get
        {
            List<TestRun> runs = [.. Verdicts.Select(verdict => verdict.TestRun).OfType<TestRun>()];
            var others = OfOtherRuns == 0 ? "" : Invariant($" {OfOtherRuns} verdicts of other runs in the same folder are not shown.");
            if (runs.Count == 0) return others.Length == 0 ? null : others.Trim();
            var sources = runs.Select(run => run.Sources).Distinct(StringComparer.Ordinal);
            return $"Test run {runs[0].Id} of {string.Join(" and of ", sources)}.{others}";
        }
    }

    /// <summary>Modifications of the gate itself; <c>null</c> if no base was given for comparison.</summary>
    public IReadOnlyList<BaselineChange>? Changes { get; init; }

    /// <summary>
    /// Rules under which specs ran and that are not the approved ones, and listed specs without an approved rule. They are known without a
    /// base, and keep the report from being green.
    /// </summary>
    public IReadOnlyList<BaselineChange> RuleChanges { get; init; } = [];

    /// <summary>In what the training runs differ from the approved ones.</summary>
    public IReadOnlyList<RecipeChange> RecipeChanges { get; init; } = [];

    /// <summary>Listed specs that have left no verdict, <c>SPEC.TEST</c>.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Logs that end in the middle of a line, because the run was killed while it wrote; one sentence each.</summary>
    public IReadOnlyList<string> CutOff { get; init; } = [];

    /// <summary>Read errors, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>
    /// Why the verdicts do not hold for what lies here, or what else <c>gate check</c> refuses, one sentence each; empty where they were not
    /// held to it.
    /// </summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>Metrics logged by the trainers.</summary>
    public IReadOnlyList<RunCurves> Runs { get; init; } = [];

    /// <summary>Rates over time, when they were asked for.</summary>
    public IReadOnlyList<RateHistory> History { get; init; } = [];

    /// <summary>Additions from other files of the folder.</summary>
    public IReadOnlyList<ReportAddition> Additions { get; init; } = [];

    /// <summary>The items of all gated metrics with their answers, as many as were asked for; <c>null</c> if none were, or there are none.</summary>
    public ReportItems? Items { get; init; }

    /// <summary>Verdicts that fail the build.</summary>
    public IEnumerable<VerdictRecord> Failing => Verdicts.Where(v => v.Fails);

    /// <summary>Verdicts that are inconclusive and do not fail.</summary>
    public IEnumerable<VerdictRecord> Warned => Verdicts.Where(v => v is { Fails: false, Verdict: Verdict.Inconclusive });

    /// <summary>
    /// What <c>gate check</c> refuses besides verdicts that fail, for forms that list results: of which spec, and why. Missing specs are
    /// named apart.
    /// </summary>
    internal IEnumerable<(string Of, string Why)> Refused =>
    [
        .. RuleChanges.GroupBy(change => change.What, StringComparer.Ordinal).Select(spec => (spec.Key, "It ran by a rule that is not the approved one: " + string.Join("; ", spec.Select(change => $"{change.Field}: '{change.Before}' when approved, '{change.Now}' now")))),
        .. Problems.Concat(CutOff).Concat(Refusals).Select(problem => ("results", problem)),
    ];

    /// <summary>The same without specs of which a failing verdict tells already.</summary>
    internal IEnumerable<(string Of, string Why)> RefusedBesides => Refused.Where(one => Failing.All(verdict => verdict.Name != one.Of));

    /// <summary>True when a verdict is there, none fails, no listed spec is missing, all could be read to its end and <c>gate check</c> refuses nothing.</summary>
    public bool IsGreen => Verdicts.Count > 0 && !Failing.Any() && Refusals.Count == 0 && RuleChanges.Count == 0 && Missing.Count == 0 && Problems.Count == 0 && CutOff.Count == 0;

    /// <summary>The state in one sentence.</summary>
    public string Headline
    {
        get
        {
            var failing = Failing.Count();
            if (failing > 0)
                return Invariant($"{failing} of {Verdicts.Count} verdicts {(failing == 1 ? "fails" : "fail")}: the model may not ship");
            if (Verdicts.Count == 0) return "No verdict yet";
            if (Refusals.Count > 0)
                return Invariant($"The verdicts do not count: {Refusals.Count} {(Refusals.Count == 1 ? "reason" : "reasons")} for which gate check refuses them");
            if (RuleChanges.Count > 0)
                return Invariant($"{RuleChanges.Count} {(RuleChanges.Count == 1 ? "difference" : "differences")} from the approved rules: the verdicts count for nothing until {(RuleChanges.Count == 1 ? "it is" : "they are")} approved");
            if (Missing.Count > 0)
                return Invariant($"Unfinished: {Missing.Count} listed {(Missing.Count == 1 ? "spec has" : "specs have")} left no verdict");
            if (Problems.Count > 0) return "The results could not all be read";
            if (CutOff.Count > 0) return "Unfinished: the run was killed while it wrote a verdict";
            var warned = Warned.Count();
            var rest = Verdicts.Count(verdict => verdict.Overrides?.Otherwise is not null);
            return Invariant($"All {Verdicts.Count} verdicts let the model ship") + (warned > 0 ? Invariant($"; {warned} inconclusive under a policy that warns") : "")
                + (rest > 0 ? Invariant($"; {rest} of them by scores that a person put in the place of the scorer's") : "");
        }
    }
}
