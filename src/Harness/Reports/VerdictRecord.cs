using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// The verdict on a spec, with everything a report shows of it: one line of <c>verdicts.NAME.jsonl</c>, which reports, <c>gate check</c>
/// and the list of specs read.
/// </summary>
public sealed record VerdictRecord
{
    /// <summary>Name of the spec class.</summary>
    public required string Spec { get; init; }

    /// <summary>Name of the test, as in <c>baselines/specs/</c>.</summary>
    public required string Test { get; init; }

    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Meaning of a score of 1; <c>null</c> if nothing was measured.</summary>
    public MetricDirection? Direction { get; init; }

    /// <summary>Kind of claim of the spec.</summary>
    public required ClaimKind Claim { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The deciding reason.</summary>
    public required VerdictReason Reason { get; init; }

    /// <summary>True when it fails the build.</summary>
    public required bool Fails { get; init; }

    /// <summary>The message a reviewer can act on; its first line names what broke.</summary>
    public required string Message { get; init; }

    /// <summary>The test run that reached it, and on what; <c>null</c>: not recorded, which <c>gate check</c> refuses.</summary>
    public TestRun? TestRun { get; init; }

    /// <summary>The training run it is about; <c>null</c> when there is none, or several.</summary>
    public ReportedRun? Run { get; init; }

    /// <summary>The training runs of a claim about a recipe, in the order of its baselines; empty for others.</summary>
    public IReadOnlyList<ReportedRun> Trainings { get; init; } = [];

    /// <summary>Source location of the spec; <c>null</c> if not known.</summary>
    public ReportedSource? Source { get; init; }

    /// <summary>The rule; <c>null</c> when no rule was applied.</summary>
    public ReportedRule? Rule { get; init; }

    /// <summary>The terms of the claim's rule, as the list of specs records them; empty when there was nothing to judge.</summary>
    public IReadOnlyList<RuleTerm> Terms { get; init; } = [];

    /// <summary>The paired numbers; <c>null</c> when nothing could be compared.</summary>
    public ReportedComparison? Comparison { get; init; }

    /// <summary>The present rate of a claim that holds it against a floor and compares with nothing; <c>null</c> for others.</summary>
    public ReportedRate? Rate { get; init; }

    /// <summary>The limit of a claim about KL, a certificate or the objective; <c>null</c> for others.</summary>
    public ReportedLimit? Limit { get; init; }

    /// <summary>The present rate corrected for the scorer's errors; <c>null</c> if the scorer was not measured.</summary>
    public ScorerCorrected? Corrected => (Comparison?.Now ?? Rate)?.Corrected;

    /// <summary>The suites of a pooled metric; empty when it is not one.</summary>
    public IReadOnlyList<ReportedSuite> Suites { get; init; } = [];

    /// <summary>The change with each suite weighted alike; <c>null</c> unless suites of unequal size are pooled.</summary>
    public StratifiedChange? Strata { get; init; }

    /// <summary>Findings of the guard over categories; empty if items have none.</summary>
    public IReadOnlyList<CategoryFinding> Categories { get; init; } = [];

    /// <summary>The pinned anchor; <c>null</c> when there is none.</summary>
    public ReportedAnchor? Anchor { get; init; }

    /// <summary>The absolute floor; <c>null</c> when there is none.</summary>
    public FloorEvidence? Floor { get; init; }

    /// <summary>The scores under it that are a person's; <c>null</c> if none is.</summary>
    public OverriddenScores? Overrides { get; init; }

    /// <summary>
    /// Flipped items, lost ones first; at most <see cref="MostLost"/> and <see cref="MostGained"/> of them. <see cref="Comparison"/> has
    /// the counts.
    /// </summary>
    public IReadOnlyList<FlippedItem> Flipped { get; init; } = [];

    /// <summary>The command that approves this result; <c>null</c> where approving makes no sense.</summary>
    public string? ApproveCommand { get; init; }

    /// <summary>The received file that was left to be approved; <c>null</c> when none was.</summary>
    public string? Received { get; init; }

    /// <summary>
    /// Lost items kept with their responses: what a reviewer reads at most, so that a broken run does not make a report of megabytes.
    /// </summary>
    public const int MostLost = 40;

    /// <summary>Gained items kept with their responses.</summary>
    public const int MostGained = 20;

    /// <summary>First line of the message: what broke.</summary>
    public string Headline => Message.Split('\n')[0];

    /// <summary>
    /// With what the metric was compared, as reports show it; a claim that compares with neither is about what tuning did to the untuned
    /// model.
    /// </summary>
    public ComparisonKind Against =>
        Claim is ClaimKind.NotRegressedFromBaseline or ClaimKind.None ? ComparisonKind.Baseline : ComparisonKind.Reference;

    /// <summary>The exit code of <c>gate check</c> for this verdict alone, as in <see cref="GateExitCode"/>.</summary>
    public int ExitCode => VerdictExit.Code(Verdict, Fails);

    /// <summary>The name of the spec, <c>SPEC.TEST</c>.</summary>
    public string Name => $"{Spec}.{Test}";

    /// <summary>The test as the list of specs that must run knows it.</summary>
    public ManifestEntry Entry => new(Spec, Test);

    /// <summary>The rule the verdict was made under.</summary>
    public RanRule Ran => new(Entry, Claim == ClaimKind.None ? null : new() { Claim = Claim, Metric = Metric, Terms = Terms }, Fails);

    /// <summary>The record of a spec whose run could not be trained or measured; it fails.</summary>
    /// <param name="key">The spec.</param>
    /// <param name="metric">The metric it wanted.</param>
    /// <param name="message">Why there is nothing to judge.</param>
    public static VerdictRecord Unmeasured(BaselineKey key, string metric, string message) => new()
    {
        Spec = key.Spec,
        Test = key.Test,
        Metric = metric,
        Claim = ClaimKind.None,
        Verdict = Verdict.NotComparable,
        Reason = VerdictReason.BadEvidence,
        Fails = true,
        Message = message,
    };

    /// <summary>The record of a decision, without run, source, flipped items and received file.</summary>
    /// <param name="key">The spec.</param>
    /// <param name="decision">The decision.</param>
    public static VerdictRecord Of(BaselineKey key, Decision decision)
    {
        var (claim, paired) = (decision.Claim, decision.Paired);
        var comparison = claim as ComparisonClaim;
        return new()
        {
            Spec = key.Spec,
            Test = key.Test,
            Metric = claim.Metric,
            Direction = claim.Direction,
            Claim = claim.Kind,
            Verdict = decision.Verdict,
            Reason = decision.Reason,
            Fails = decision.Fails,
            Message = decision.Message,
            Terms = claim.Rule.Terms,
            Rule = comparison is { Direction: { } direction } ? ReportedRule.Of(comparison.Settings, direction) : null,
            Comparison = paired is not null && claim is PairedClaim main
                ? ReportedComparison.Of(main.Settings, paired, main.Approved, main.Now)
                : null,
            Rate = claim is FloorClaim floor && decision.Evidence is FloorEvidence found
                ? ReportedRate.Of(found, floor.Now, 1 - 2 * floor.Alpha)
                : null,
            Limit = decision.Evidence is DivergenceEvidence drift ? new(drift.Limit, drift.Against) : null,
            Suites = claim switch
            {
                PairedClaim pooled => [.. SuiteVerdicts.Of(pooled).Select(suite => ReportedSuite.Of(pooled.Settings, suite)).OfType<ReportedSuite>()],
                StratumClaim strata when decision.Evidence is StratumEvidence byStratum => [.. byStratum.Strata.Select(stratum => ReportedSuite.Of(strata.Pooled.Settings, stratum)).OfType<ReportedSuite>()],
                _ => [],
            },
            Strata = paired is not null && claim is PairedClaim stratified
                ? StratifiedChange.Of(paired.Comparison, stratified.Now, 1 - 2 * stratified.Settings.AlphaOfALook)
                : null,
            Categories = paired?.Categories ?? (decision.Evidence as TrainingsEvidence)?.Categories ?? [],
            Anchor = paired?.Anchor is { } anchor && claim is PairedClaim { Anchor: var pinned } anchored
                ? new(anchored.AnchorName, anchor.Margin, anchor.Verdict, ReportedComparison.Of(anchored.Settings, anchor, pinned, anchored.Now))
                : null,
            Floor = paired?.Floor ?? decision.Evidence as FloorEvidence,
            Overrides = OverriddenScores.Of(decision),
            ApproveCommand = claim.ApproveCommand,
        };
    }
}
