using System.Diagnostics;
using FluentAssertions;
using FluentAssertions.Execution;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Statistics;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// The verbs of a claim about a recipe: what training it again would give. The spread between the trainings enters the interval, so
/// the same items rule out less than for one checkpoint.
/// </summary>
[StackTraceHidden]
public sealed class MeasuredRecipeAssertions
{
    private readonly MeasuredRecipe _subject;

    internal MeasuredRecipeAssertions(MeasuredRecipe subject) => _subject = subject;

    /// <summary>Is the recipe as good as the trainings a reviewer accepted? Fails without approved baselines, and when small losses against the untuned reference have added up.</summary>
    /// <param name="margin">The drop that must be ruled out; .05 is five points.</param>
    /// <param name="because">Why the gate exists; ends in the message.</param>
    public AndConstraint<MeasuredRecipeAssertions> NotRegressFromBaseline(double margin, string because = "") =>
        NotRegressFromBaseline(new GateSettings { Margin = margin }, because);

    /// <summary>Is the recipe as good as the trainings a reviewer accepted? Fails without approved baselines, and when small losses against the untuned reference have added up.</summary>
    /// <param name="settings">The rule; recorded in the baselines. Looks must be Once, and there is no floor; the guard over categories is that of single checkpoints.</param>
    /// <param name="because">Why the gate exists; ends in the message.</param>
    public AndConstraint<MeasuredRecipeAssertions> NotRegressFromBaseline(GateSettings settings, string because = "")
    {
        var snapshots = new RecipeSnapshots(_subject);
        snapshots.Claim();
        settings = WithReason(settings, because);
        RecipeOutcome outcome;
        try
        {
            outcome = Anchored(AgainstBaseline(snapshots, settings), settings);
        }
        catch (UserErrorException e)
        {
            outcome = new() { Verdict = Verdict.NotComparable, Reason = VerdictReason.BadEvidence, Fails = true, Message = $"{_subject} has a baseline that cannot be trusted.\n  reason    {e.Message}" };
        }

        var needsLook = outcome.Verdict != Verdict.Passed || outcome.Reason == VerdictReason.Improved;
        var received = needsLook ? snapshots.Receive(settings) : null;
        if (!needsLook) snapshots.Discard();
        return Conclude(outcome, ComparisonKind.Baseline, received);
    }

    /// <summary>What does tuning by this recipe cost? Compares its trainings with the untuned model.</summary>
    /// <param name="margin">The drop that must be ruled out; .05 is five points.</param>
    /// <param name="because">Why the gate exists; ends in the message.</param>
    public AndConstraint<MeasuredRecipeAssertions> NotDegradeFromReference(double margin, string because = "") =>
        NotDegradeFromReference(new GateSettings { Margin = margin }, because);

    /// <summary>What does tuning by this recipe cost? Compares its trainings with the untuned model.</summary>
    /// <param name="settings">The rule. Looks must be Once, and there is no floor; the guard over categories is that of single checkpoints.</param>
    /// <param name="because">Why the gate exists; ends in the message.</param>
    public AndConstraint<MeasuredRecipeAssertions> NotDegradeFromReference(GateSettings settings, string because = "") =>
        Conclude(AgainstReference(WithReason(settings, because), _subject.Family), ComparisonKind.Reference, received: null);

    // Twice the metrics: each is compared with its baseline and with its anchor.
    private RecipeOutcome AgainstBaseline(RecipeSnapshots snapshots, GateSettings settings)
    {
        var approved = snapshots.Approved().Select(document => document.Find(_subject.Trainings[0].Now.Measurement.Metric) ?? document.Metrics.FirstOrDefault()).OfType<MetricResult>().ToList();
        var others = approved.Select(result => result.Gate).OfType<GateSettings>().ToList();
        return RecipeVerdicts.Decide(new RecipeQuestion
        {
            Kind = ComparisonKind.Baseline,
            Approved = [.. approved.Select(result => result.Measurement)],
            ApprovedSettings = others.Find(gate => Comparability.Differences(gate, settings, _subject.Metric.Benchmark.Direction).Any()) ?? others.FirstOrDefault(),
            Now = Now,
            Settings = settings,
            Family = 2 * _subject.Family,
            ApproveCommand = snapshots.ApproveCommand,
        });
    }

    private RecipeOutcome Anchored(RecipeOutcome outcome, GateSettings settings)
    {
        if (outcome.Verdict != Verdict.Passed) return outcome;
        var anchor = AgainstReference(settings with { Margin = settings.AnchorMargin }, 2 * _subject.Family);
        if (anchor.Verdict == Verdict.Passed) return outcome;
        var words = anchor.Verdict == Verdict.Regressed ? "regressed for the recipe against its anchor, the untuned reference: small losses have added up" : "is not shown to hold against its anchor, the untuned reference, for the recipe";
        return anchor with { Reason = anchor.Reason == VerdictReason.LowCoverage ? anchor.Reason : VerdictReason.Anchor, Message = $"{_subject} {words}.\n{anchor.Message}" };
    }

    private RecipeOutcome AgainstReference(GateSettings settings, int family) => RecipeVerdicts.Decide(new RecipeQuestion
    {
        Kind = ComparisonKind.Reference,
        Approved = [_subject.Reference.Measurement],
        Now = Now,
        Settings = settings,
        Family = family,
    });

    private IReadOnlyList<Evaluation.Measurement> Now => [.. _subject.Trainings.Select(training => training.Now.Measurement)];

    private AndConstraint<MeasuredRecipeAssertions> Conclude(RecipeOutcome outcome, ComparisonKind kind, string? received)
    {
        var logged = new LoggedVerdict
        {
            Spec = _subject.Spec.Spec, Test = _subject.Spec.Test, Metric = _subject.Metric.Name, Kind = kind,
            Verdict = outcome.Verdict, Reason = outcome.Reason, Fails = outcome.Fails, Headline = outcome.Message.Split('\n')[0],
        };
        _subject.Log.Add(logged);
        var seeds = string.Join(", ", _subject.Trainings.SelectMany(training => training.Recipe.Seeds));
        var runs = $"\n  runs      {_subject.Trainings[0].Recipe.Name}, seeds {seeds}; responses in {string.Join(", ", _subject.Trainings.Select(training => Path.Combine(training.Run.RunDirectory, RunLayout.Evaluations)))}";
        var message = outcome.Message + runs + (received is null ? "" : "\n  received  " + received);
        Report(logged, message, received);
        if (outcome.Fails) AssertionScope.Current.AddPreFormattedFailure(message);
        else if (outcome.Verdict == Verdict.Inconclusive) Assert.Skip(message);
        else TestContext.Current.TestOutputHelper?.WriteLine(message);
        return new(this);
    }

    private void Report(LoggedVerdict logged, string message, string? received)
    {
        if (_subject.Reports is not { } reports) return;
        foreach (var training in _subject.Trainings) reports.KeepMetrics(training.Run.Record.Digest, training.Run.MetricsFile);
        reports.Add(ReportedVerdict.Of(logged) with
        {
            Claim = logged.Kind == ComparisonKind.Baseline ? ReportedClaim.NotRegressedFromBaseline : ReportedClaim.NotDegradedFromReference,
            Message = message,
            Source = SpecSource.Current(_subject.Folders),
            Received = received is null ? null : Path.GetFileName(received),
            ApproveCommand = received is null ? null : BaselineStore.ApproveCommand(_subject.Spec),
        });
    }

    private static GateSettings WithReason(GateSettings settings, string because) => because.Length > 0 ? settings with { Because = because } : settings;
}
