using System.Diagnostics;
using FluentAssertions;
using FluentAssertions.Execution;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Statistics;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// The verbs of the gate. A failing verb is a failed assertion whose message says what broke and what to do; an inconclusive
/// verdict under the policy Warn skips the test with the reason. Every verdict is logged for <c>gate check</c>.
/// </summary>
[StackTraceHidden]
public sealed class MeasuredRunAssertions
{
    private const double Alpha = 0.05;
    private readonly MeasuredRun _subject;
    private readonly SubjectReport _report;

    internal MeasuredRunAssertions(MeasuredRun subject) => (_subject, _report) = (subject, new SubjectReport(subject));

    /// <summary>Is this run as good as the one a reviewer accepted? Fails without an approved baseline.</summary>
    /// <param name="margin">The drop that must be ruled out; .02 is two points.</param>
    /// <param name="because">Why the gate exists; ends in the message.</param>
    public AndConstraint<MeasuredRunAssertions> NotRegressFromBaseline(double margin, string because = "") =>
        NotRegressFromBaseline(new GateSettings { Margin = margin }, because);

    /// <summary>Is this run as good as the one a reviewer accepted? Fails without an approved baseline.</summary>
    /// <param name="settings">The rule; recorded in the baseline.</param>
    /// <param name="because">Why the gate exists; ends in the message.</param>
    public AndConstraint<MeasuredRunAssertions> NotRegressFromBaseline(GateSettings settings, string because = "")
    {
        var snapshots = Snapshots();
        snapshots.Claim();
        settings = WithReason(settings, because);
        ResultDocument? approved;
        try
        {
            approved = snapshots.Approved();
        }
        catch (UserErrorException e)
        {
            return FailOnBadBaseline(snapshots, settings, e);
        }

        var outcome = AgainstBaseline(snapshots, approved, settings);
        var needsLook = outcome.Verdict != Verdict.Passed || outcome.Reason == VerdictReason.Improved;
        var received = needsLook ? snapshots.Receive((_subject.Whole ?? _subject.Subject.Now).Measurement, settings) : null;
        if (!needsLook) snapshots.Discard();
        return Conclude(ReportedClaim.NotRegressedFromBaseline, outcome, received);
    }

    /// <summary>What did the tuning itself cost? Compares with the untuned model the run started from.</summary>
    /// <param name="margin">The drop that must be ruled out; .02 is two points.</param>
    /// <param name="because">Why the gate exists; ends in the message.</param>
    public AndConstraint<MeasuredRunAssertions> NotDegradeFromReference(double margin, string because = "") =>
        NotDegradeFromReference(new GateSettings { Margin = margin }, because);

    /// <summary>What did the tuning itself cost? Compares with the untuned model the run started from.</summary>
    /// <param name="settings">The rule.</param>
    /// <param name="because">Why the gate exists; ends in the message.</param>
    public AndConstraint<MeasuredRunAssertions> NotDegradeFromReference(GateSettings settings, string because = "") =>
        Conclude(ReportedClaim.NotDegradedFromReference, AgainstReference(WithReason(settings, because)), received: null);

    /// <summary>For specs that show a bad run is caught: holds when the comparison with the untuned model says Regressed.</summary>
    /// <param name="margin">The margin of the gate that must catch it. Default two points.</param>
    /// <param name="because">Why it must be caught; ends in the message.</param>
    /// <param name="inSuites">Suites of a pooled metric that must have regressed, each by itself.</param>
    /// <returns>The verdict, for further assertions.</returns>
    public AndWhichConstraint<MeasuredRunAssertions, GateOutcome> HaveRegressedFromReference(double margin = 0.02, string because = "", IReadOnlyList<string>? inSuites = null)
    {
        var outcome = AgainstReference(WithReason(new GateSettings { Margin = margin }, because));
        var suites = SuiteVerdicts.Of(outcome.Question);
        var unharmed = (inSuites ?? []).Where(name => !suites.Any(s => s.Suite == name && s.Outcome.Verdict == Verdict.Regressed)).ToList();
        var caught = outcome.Verdict == Verdict.Regressed && unharmed.Count == 0;
        _subject.Log.Add(LoggedVerdict.Of(_subject.Spec, outcome) with { Fails = !caught });
        var what = outcome.Verdict != Verdict.Regressed
            ? $"{_subject} should have been caught as regressed from the untuned reference; the verdict is {outcome.Verdict}.\n"
            : $"{_subject} regressed from the untuned reference, but not in {string.Join(", ", unharmed)} by {(unharmed.Count == 1 ? "itself" : "themselves")}.\n";
        var message = Tell((caught ? "" : what) + outcome.Message);
        _report.Add(ReportedClaim.RegressedFromReference, outcome, message, suites, fails: !caught);
        if (!caught) Fail(message);

        return new(this, outcome);
    }

    /// <summary>Holds when an improvement on the untuned model is shown at the level of the gate: the lower limit of the change is above zero.</summary>
    /// <param name="because">Why it must improve; ends in the message.</param>
    /// <param name="margin">Margin of the comparison. Default two points.</param>
    public AndConstraint<MeasuredRunAssertions> ImproveOnReference(string because = "", double margin = 0.02)
    {
        var outcome = AgainstReference(WithReason(new GateSettings { Margin = margin }, because));
        var improved = outcome is { Verdict: Verdict.Passed, Reason: VerdictReason.Improved };
        _subject.Log.Add(LoggedVerdict.Of(_subject.Spec, outcome) with { Fails = !improved });
        var suites = SuiteVerdicts.Of(outcome.Question);
        var message = improved ? outcome.Message : Tell($"{_subject} is not shown to have improved on the untuned reference.\n{outcome.Message}");
        _report.Add(ReportedClaim.ImprovedOnReference, outcome, message, suites, fails: !improved);
        if (!improved) Fail(message);
        return new(this);
    }

    /// <summary>An absolute floor: holds when the lower end of the rate's interval (Clopper–Pearson, one-sided at .05) reaches it. Unscored responses count as bad.</summary>
    /// <param name="rate">The floor, in [0, 1], of the stored direction: 1 is good.</param>
    /// <param name="because">Why the floor exists; ends in the message.</param>
    /// <exception cref="ArgumentOutOfRangeException">The floor is not in [0, 1].</exception>
    public AndConstraint<MeasuredRunAssertions> BeAtLeast(double rate, string because = "")
    {
        if (!(rate >= 0 && rate <= 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, Invariant($"The floor of {_subject} is {rate}; it must lie in [0, 1]."));
        var items = _subject.Subject.Now.Measurement.Items;
        if (items.Count < _subject.Subject.Metric.Benchmark.Items.Count) throw new NotSupportedException($"{_subject} is looked at several times; a floor is read once, from all items. Give it a metric of its own with Looks.Once.");
        if (items.Any(i => i.Scores.Count != 1 || i.Scores[0] is not (null or 0 or 1)))
            throw new NotSupportedException($"{_subject} has several samples an item or scores between 0 and 1; a floor is read from one 0/1 score an item.");
        var found = new Proportion(items.Count(i => i.Scores[0] == 1), items.Count);
        var limits = found.ClopperPearson(1 - 2 * Alpha);
        var verdict = limits.Lower >= rate ? Verdict.Passed : limits.Upper < rate ? Verdict.Regressed : Verdict.Inconclusive;
        var headline = verdict switch
        {
            Verdict.Passed => $"{_subject} is above its floor.",
            Verdict.Regressed => $"{_subject} is below its floor.",
            _ => $"{_subject} is not shown to be above its floor.",
        };
        var logged = new LoggedVerdict
        {
            Spec = _subject.Spec.Spec, Test = _subject.Spec.Test, Metric = _subject.Subject.Now.Measurement.Metric, Kind = ComparisonKind.Reference,
            Verdict = verdict, Reason = VerdictReason.Floor, Fails = verdict != Verdict.Passed, Headline = headline,
        };
        _subject.Log.Add(logged);
        var unscored = items.Count(i => i.Scores[0] is null);
        var message = Tell(Invariant($"""
            {headline}
              floor     {rate:0.####}
              observed  {found.Rate:0.####}: {found.Successes} of {found.Trials} items; 90 % interval {limits.Lower:0.####} to {limits.Upper:0.####} (two-sided, Clopper–Pearson), whose lower end counts
              unscored  {unscored} (counted as bad)
            """) + (because.Length > 0 ? "\n  because   " + because : "") + "\n  next      read the responses; evaluate more items when the interval is what fails");
        _report.Add(logged, ReportedClaim.AtLeast, message, new FloorFinding(rate, found.Rate, limits, verdict));
        if (verdict != Verdict.Passed) Fail(message);
        return new(this);
    }

    /// <summary>The verdict on what has been measured so far, without a word to anybody; <c>null</c> when the baseline cannot be trusted.</summary>
    internal GateOutcome? Peek(ComparisonKind against, GateSettings settings)
    {
        if (against == ComparisonKind.Reference) return AgainstReference(settings);
        var snapshots = Snapshots();
        try
        {
            return AgainstBaseline(snapshots, snapshots.Approved(), settings);
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private GateOutcome AgainstBaseline(SpecSnapshots snapshots, ResultDocument? approved, GateSettings settings) =>
        RunVerdicts.Decide([BaselineQuestion(snapshots, approved, settings), .. OtherBaselines(snapshots)], declared: 2 * _subject.Declared)[0];

    private SpecSnapshots Snapshots() => new(_subject.Folders, _subject.Spec, _subject.Recipe, _subject.Subject.Metric.Name);

    private GateOutcome AgainstReference(GateSettings settings)
    {
        var others = _subject.Gated.Where(m => !ReferenceEquals(m, _subject.Subject)).Select(m => ReferenceQuestion(m, settings));
        return RunVerdicts.Decide([ReferenceQuestion(_subject.Subject, settings), .. others], declared: _subject.Declared)[0];
    }

    private static GateQuestion ReferenceQuestion(MeasuredMetric metric, GateSettings settings) =>
        new() { Kind = ComparisonKind.Reference, Approved = metric.Reference.Measurement, Now = metric.Now.Measurement, Settings = settings };

    private GateQuestion BaselineQuestion(SpecSnapshots snapshots, ResultDocument? approved, GateSettings settings)
    {
        var now = _subject.Subject.Now.Measurement;
        var found = approved?.Find(now.Metric) ?? approved?.Metrics.FirstOrDefault(); // of another name: the comparison names the field that differs
        return new GateQuestion
        {
            Kind = ComparisonKind.Baseline,
            Approved = found?.Measurement,
            ApprovedSettings = found?.Gate,
            Now = now,
            Settings = settings,
            Anchor = _subject.Subject.Reference.Measurement,
            ApproveCommand = snapshots.ApproveCommand,
        };
    }

    // Only their p values matter here: they take their place in the family. What is not approved counts as p = 1.
    private IEnumerable<GateQuestion> OtherBaselines(SpecSnapshots snapshots) =>
        from metric in _subject.Gated
        where !ReferenceEquals(metric, _subject.Subject)
        let approved = snapshots.ApprovedElsewhere(metric.Metric.Name)
        where approved is not null
        select new GateQuestion
        {
            Kind = ComparisonKind.Baseline,
            Approved = approved.Measurement,
            Now = metric.Now.Measurement,
            Settings = approved.Gate ?? new GateSettings { Margin = 0.02 },
            Anchor = metric.Reference.Measurement,
        };

    private AndConstraint<MeasuredRunAssertions> Conclude(ReportedClaim claim, GateOutcome outcome, string? received)
    {
        _subject.Log.Add(LoggedVerdict.Of(_subject.Spec, outcome));
        var suites = SuiteVerdicts.Of(outcome.Question);
        var message = outcome.Verdict == Verdict.Passed ? outcome.Message : Tell(outcome.Message, received);
        _report.Add(claim, outcome, message, suites, outcome.Fails, received);
        if (outcome.Fails) Fail(message);
        else if (outcome.Verdict == Verdict.Inconclusive) Assert.Skip(message);
        else TestContext.Current.TestOutputHelper?.WriteLine(message);
        return new(this);
    }

    private AndConstraint<MeasuredRunAssertions> FailOnBadBaseline(SpecSnapshots snapshots, GateSettings settings, UserErrorException error)
    {
        var headline = $"{_subject} has a baseline that cannot be trusted.";
        var logged = new LoggedVerdict
        {
            Spec = _subject.Spec.Spec, Test = _subject.Spec.Test, Metric = _subject.Subject.Now.Measurement.Metric, Kind = ComparisonKind.Baseline,
            Verdict = Verdict.NotComparable, Reason = VerdictReason.BadEvidence, Fails = true, Headline = headline,
        };
        _subject.Log.Add(logged);
        var received = snapshots.Receive((_subject.Whole ?? _subject.Subject.Now).Measurement, settings);
        var message = Tell($"{headline}\n  reason    {error.Message}", received);
        _report.Add(logged, ReportedClaim.NotRegressedFromBaseline, message, received: received);
        Fail(message);
        return new(this);
    }

    private string Tell(string message, string? received = null)
    {
        var record = _subject.Run.Record;
        message += Invariant($"\n  run       {record.Name}, seed {record.Seed}, {record.Steps} steps; responses in {Path.Combine(_subject.Run.RunDirectory, Core.Runs.RunLayout.Evaluations)}");
        return received is null ? message : message + "\n  received  " + received;
    }

    private static GateSettings WithReason(GateSettings settings, string because) => because.Length > 0 ? settings with { Because = because } : settings;

    private static void Fail(string message) => AssertionScope.Current.AddPreFormattedFailure(message);
}
