using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>What a spec said, with everything a report shows of it: one line of <c>reports.NAME.jsonl</c>.</summary>
public sealed record ReportedVerdict
{
    /// <summary>Name of the spec class.</summary>
    public required string Spec { get; init; }

    /// <summary>Name of the test, as in <c>baselines/specs/</c>.</summary>
    public required string Test { get; init; }

    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>What a score of 1 means; <c>null</c> when nothing was measured.</summary>
    public MetricDirection? Direction { get; init; }

    /// <summary>What the spec claims.</summary>
    public required ReportedClaim Claim { get; init; }

    /// <summary>With what the metric was compared.</summary>
    public required ComparisonKind Kind { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What decided.</summary>
    public required VerdictReason Reason { get; init; }

    /// <summary>True when it fails the build.</summary>
    public required bool Fails { get; init; }

    /// <summary>The message a reviewer can act on; its first line says what broke.</summary>
    public required string Message { get; init; }

    /// <summary>The run it is about; <c>null</c> when there is none.</summary>
    public ReportedRun? Run { get; init; }

    /// <summary>Where the spec stands; <c>null</c> when not known.</summary>
    public ReportedSource? Source { get; init; }

    /// <summary>The rule; <c>null</c> when no rule was applied.</summary>
    public ReportedRule? Rule { get; init; }

    /// <summary>The paired numbers; <c>null</c> when nothing could be compared.</summary>
    public ReportedComparison? Comparison { get; init; }

    /// <summary>The suites of a pooled metric; empty when it is not one.</summary>
    public IReadOnlyList<ReportedSuite> Suites { get; init; } = [];

    /// <summary>What the guard over categories saw; empty when items have none.</summary>
    public IReadOnlyList<CategoryFinding> Categories { get; init; } = [];

    /// <summary>The pinned anchor; <c>null</c> when there is none.</summary>
    public ReportedAnchor? Anchor { get; init; }

    /// <summary>The absolute floor; <c>null</c> when there is none.</summary>
    public FloorFinding? Floor { get; init; }

    /// <summary>Flipped items, lost ones first; at most <see cref="MostLost"/> and <see cref="MostGained"/> of them. <see cref="Comparison"/> has the counts.</summary>
    public IReadOnlyList<FlippedItem> Flipped { get; init; } = [];

    /// <summary>The command that approves this result; <c>null</c> where approving makes no sense.</summary>
    public string? ApproveCommand { get; init; }

    /// <summary>The received file that was left to be approved; <c>null</c> when none was.</summary>
    public string? Received { get; init; }

    /// <summary>Lost items kept with their responses: what a reviewer reads at most, so that a broken run does not make a report of megabytes.</summary>
    public const int MostLost = 40;

    /// <summary>Gained items kept with their responses.</summary>
    public const int MostGained = 20;

    /// <summary>First line of the message: what broke.</summary>
    public string Headline => Message.Split('\n')[0];

    /// <summary>The exit code of <c>gate check</c> for this verdict alone, as in <see cref="GateExitCode"/>.</summary>
    public int ExitCode => (Fails, Verdict) switch
    {
        (false, _) => GateExitCode.Passed,
        (_, Verdict.NotComparable) => GateExitCode.NotComparable,
        (_, Verdict.Inconclusive) => GateExitCode.Inconclusive,
        _ => GateExitCode.Regressed,
    };

    /// <summary>The name of the spec, <c>SPEC.TEST</c>.</summary>
    public string Name => $"{Spec}.{Test}";

    /// <summary>The bare record of a verdict of which only the log is known.</summary>
    public static ReportedVerdict Of(LoggedVerdict logged) => new()
    {
        Spec = logged.Spec,
        Test = logged.Test,
        Metric = logged.Metric,
        Claim = ReportedClaim.None,
        Kind = logged.Kind,
        Verdict = logged.Verdict,
        Reason = logged.Reason,
        Fails = logged.Fails,
        Message = logged.Headline,
    };

    /// <summary>The record of a spec whose run could not be trained or measured; it fails.</summary>
    /// <param name="key">The spec.</param>
    /// <param name="metric">The metric it wanted.</param>
    /// <param name="message">Why there is nothing to judge.</param>
    public static ReportedVerdict Unmeasured(BaselineKey key, string metric, string message) => new()
    {
        Spec = key.Spec,
        Test = key.Test,
        Metric = metric,
        Claim = ReportedClaim.None,
        Kind = ComparisonKind.Baseline,
        Verdict = Verdict.NotComparable,
        Reason = VerdictReason.BadEvidence,
        Fails = true,
        Message = message,
    };

    /// <summary>The record of a decided question, without run, source, flipped items and received file.</summary>
    /// <param name="key">The spec.</param>
    /// <param name="claim">What it claims.</param>
    /// <param name="outcome">The verdict.</param>
    /// <param name="message">The whole message.</param>
    /// <param name="suites">The suites of a pooled metric.</param>
    /// <param name="fails">Whether the spec fails; it differs from the outcome's for a claim that a bad run is caught.</param>
    public static ReportedVerdict Of(BaselineKey key, ReportedClaim claim, GateOutcome outcome, string message, IReadOnlyList<SuiteVerdict> suites, bool fails)
    {
        var question = outcome.Question;
        return new()
        {
            Spec = key.Spec,
            Test = key.Test,
            Metric = question.Now.Metric,
            Direction = question.Now.Direction,
            Claim = claim,
            Kind = question.Kind,
            Verdict = outcome.Verdict,
            Reason = outcome.Reason,
            Fails = fails,
            Message = message,
            Rule = ReportedRule.Of(question.Settings, question.Now.Direction),
            Comparison = outcome.Paired is { } paired ? ReportedComparison.Of(question.Settings, paired) : null,
            Suites = [.. from suite in suites where suite.Outcome.Paired is not null select new ReportedSuite(suite.Suite, ReportedComparison.Of(suite.Outcome.Question.Settings, suite.Outcome.Paired!))],
            Categories = outcome.Categories,
            Anchor = outcome.Anchor is { } anchor ? new(question.AnchorName, anchor.Margin, anchor.Verdict, ReportedComparison.Of(question.Settings, anchor)) : null,
            Floor = outcome.Floor,
            ApproveCommand = question.ApproveCommand,
        };
    }
}
