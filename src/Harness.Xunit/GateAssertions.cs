using SafetyGate.Analysis.Results;
using System.Diagnostics;
using System.Text;
using FluentAssertions;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Analysis.Strata;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// The verbs of the gate. A failing verb is a failed assertion whose message names what broke and what to do; an inconclusive verdict
/// that does not fail skips the test with the reason. Every verdict is logged for <c>gate check</c> and shown in the report.
/// </summary>
[StackTraceHidden]
public sealed class GateAssertions
{
    private const string Scores = "a gated metric of a run or of a recipe (EvaluateAsync of its fixture)",
    OneRun = "a gated metric of one run (TrainingRunFixture.EvaluateAsync)",
        AStrataResult = "a strata result (MeasuredStrata.Read)", ADynamicsResult = "training dynamics (MeasuredDynamics.Read)",
        KlOfARun = "the KL of a run (MeasureKlAsync)", ObjectiveOfARun = "the objective of a run (MeasureObjectiveAsync)";

    private readonly Measured _subject;
    private readonly Conclusion _conclusion;

    internal GateAssertions(Measured subject) => (_subject, _conclusion) = (subject, new Conclusion(subject));

    /// <summary>
    /// Non-inferiority to the approved baseline. Fails without an approved baseline, and if small losses against the untuned reference
    /// have added up.
    /// </summary>
    /// <param name="margin">The drop that must be ruled out; .02 is two points.</param>
    /// <param name="because">Why the gate exists; part of the message.</param>
    public AndConstraint<GateAssertions> NotRegressFromBaseline(double margin, string because = "") =>
        NotRegressFromBaseline(new GateSettings { Margin = margin }, because);

    /// <summary>
    /// Non-inferiority to the approved baseline. Fails without an approved baseline, and if small losses against the untuned reference
    /// have added up.
    /// </summary>
    /// <param name="settings">The rule; recorded in the baseline. For a recipe Looks must be Once or TwoPlanned, and there is no
    /// floor.</param>
    /// <param name="because">Why the gate exists; part of the message.</param>
    public AndConstraint<GateAssertions> NotRegressFromBaseline(GateSettings settings, string because = "")
    {
        var subject = Subject<MeasuredScores>(nameof(NotRegressFromBaseline), Scores);
        subject.ClaimSnapshots();
        settings = WithReason(settings, because);
        var decision = subject.AgainstBaseline(settings);
        var needsLook = decision.Verdict != Verdict.Passed || decision.Reason == VerdictReason.Improved;
        return Conclude(decision, () =>
        {
            if (needsLook) return subject.Receive(settings);
            subject.Discard();
            return null;
        });
    }

    /// <summary>Measures the cost of the tuning itself: compares with the untuned model the training started from.</summary>
    /// <param name="margin">The drop that must be ruled out; .02 is two points.</param>
    /// <param name="because">Why the gate exists; part of the message.</param>
    public AndConstraint<GateAssertions> NotDegradeFromReference(double margin, string because = "") =>
        NotDegradeFromReference(new GateSettings { Margin = margin }, because);

    /// <summary>Measures the cost of the tuning itself: compares with the untuned model the training started from.</summary>
    /// <param name="settings">The rule. For a recipe Looks must be Once or TwoPlanned, and there is no floor.</param>
    /// <param name="because">Why the gate exists; part of the message.</param>
    public AndConstraint<GateAssertions> NotDegradeFromReference(GateSettings settings, string because = "")
    {
        var subject = Subject<MeasuredScores>(nameof(NotDegradeFromReference), Scores);
        return Conclude(subject.AgainstReference(WithReason(settings, because)));
    }

    /// <summary>For specs that show a bad run is caught: holds if the comparison with the untuned model is Regressed.</summary>
    /// <param name="margin">The margin of the gate that must catch it. Default two points.</param>
    /// <param name="because">Why it must be caught; part of the message.</param>
    /// <param name="inSuites">Suites of a pooled metric that must have regressed, each by itself.</param>
    /// <returns>The decision, for further assertions.</returns>
    public AndWhichConstraint<GateAssertions, Decision> HaveRegressedFromReference(double margin = 0.02, string because = "",
        IReadOnlyList<string>? inSuites = null)
    {
        var subject = Subject<MeasuredModel>(nameof(HaveRegressedFromReference), OneRun);
        var decision = subject.AgainstReference(WithReason(new GateSettings { Margin = margin }, because));
        var suites = SuiteVerdicts.Of((PairedClaim)decision.Claim);
        var unharmed = (inSuites ?? []).Where(name => !suites.Any(s => s.Suite == name && s.Decision.Verdict == Verdict.Regressed))
            .ToList();
        var complaint = decision.Verdict != Verdict.Regressed ? $"{subject} should have been caught as regressed from the untuned reference; the verdict is {decision.Verdict}."
            : unharmed.Count > 0 ? $"{subject} regressed from the untuned reference, but not in {string.Join(", ", unharmed)} by {(unharmed.Count == 1 ? "itself" : "themselves")}."
            : null;
        _conclusion.Of(decision, ClaimKind.RegressedFromReference, complaint, rule => rule.InSuites(inSuites ?? []));
        return new(this, decision);
    }

    /// <summary>
    /// Holds if an improvement on the untuned model is shown at the level of the gate: the lower limit of the change is above zero.
    /// </summary>
    /// <param name="because">Why it must improve; part of the message.</param>
    /// <param name="margin">Margin of the comparison. Default two points.</param>
    public AndConstraint<GateAssertions> ImproveOnReference(string because = "", double margin = 0.02)
    {
        var subject = Subject<MeasuredModel>(nameof(ImproveOnReference), OneRun);
        var decision = subject.AgainstReference(WithReason(new GateSettings { Margin = margin }, because));
        var improved = decision is { Verdict: Verdict.Passed, Reason: VerdictReason.Improved };
        _conclusion.Of(decision, ClaimKind.ImprovedOnReference,
            improved ? null : $"{subject} is not shown to have improved on the untuned reference.");
        return new(this);
    }

    /// <summary>
    /// An absolute floor: holds if the lower end of the rate's interval (one-sided at .05) reaches it: Clopper–Pearson for one 0/1 score an
    /// item; Gaffke's for several samples or graded scores, and over behaviors where items share them. Unscored responses count as bad.
    /// </summary>
    /// <param name="rate">The floor, in [0, 1], of the stored direction: 1 is good.</param>
    /// <param name="because">Why the floor exists; part of the message.</param>
    /// <param name="allowUntuned">Whether a run whose weights are still its reference's may be judged. Default no: it fails.</param>
    /// <exception cref="ArgumentOutOfRangeException">The floor is not in [0, 1].</exception>
    public AndConstraint<GateAssertions> BeAtLeast(double rate, string because = "", bool allowUntuned = false)
    {
        var subject = Subject<MeasuredModel>(nameof(BeAtLeast), OneRun);
        if (!(rate >= 0 && rate <= 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate,
                Invariant($"The floor of {subject} is {rate}; it must lie in [0, 1]."));
        var now = subject.Subject.Now.Measurement;
        if (now.Items.Count < subject.Subject.Metric.Benchmark.Items.Count) throw new NotSupportedException($"{subject} is looked at several times; a floor is read once, from all items. Give it a metric of its own with Looks.Once.");
        return Conclude(RunVerdicts.Decide(new FloorClaim { Now = now, Untuned = subject.Untuned, AllowUntuned = allowUntuned, Floor = rate, Because = because }));
    }

    /// <summary>
    /// Is the KL below its budget? The upper limit of the mean over prompts is compared (one-sided at .05), not the mean. It holds whatever
    /// the tail, because the budget states the nats that no response exceeds.
    /// </summary>
    /// <param name="budget">The budget. <see cref="KlBudget.ApprovedPlus"/> needs an approved value and fails without one.</param>
    /// <param name="because">Why the budget exists; part of the message.</param>
    /// <param name="allowUntuned">Whether a run whose weights are still its reference's may be judged. Default no: it fails.</param>
    public AndConstraint<GateAssertions> StayWithinBudget(KlBudget budget, string because = "", bool allowUntuned = false)
    {
        var subject = Subject<MeasuredKl>(nameof(StayWithinBudget), KlOfARun);
        var claim = new BudgetClaim { On = subject.Metric.Name, Kl = subject.Kl, Reference = subject.Reference, SameWeights = subject.SameWeights, Untuned = subject.Untuned, AllowUntuned = allowUntuned, Budget = budget, Because = because };
        return budget.Kind == KlBudgetKind.ApprovedPlus ? BesideTheApproved(subject, claim) : Conclude(RunVerdicts.Decide(claim));
    }

    /// <summary>
    /// Does the KL that was spent certify a floor of safety, whatever the policy does within it? Advisory unless required: a certificate
    /// that is vacuous or not applicable skips the test with the reason.
    /// </summary>
    /// <param name="floor">The safety to be certified, in [0, 1].</param>
    /// <param name="required">Whether anything but a certificate fails the build. Default no.</param>
    /// <param name="because">Why the floor exists; part of the message.</param>
    /// <param name="clip">Nats above which a response counts as unsafe. Default 1.</param>
    /// <param name="allowUntuned">Whether a run whose weights are still its reference's may be judged. Default no: it fails.</param>
    public AndConstraint<GateAssertions> SafetyCertificate(double floor, bool required = false, string because = "",
        double clip = KlBudget.DefaultClip, bool allowUntuned = false)
    {
        var subject = Subject<MeasuredKl>(nameof(SafetyCertificate), KlOfARun);
        var claim = new CertificateClaim { On = subject.Metric.Name, Kl = subject.Kl, Reference = subject.Reference, SameWeights = subject.SameWeights, Untuned = subject.Untuned, AllowUntuned = allowUntuned, Floor = floor, Required = required, Clip = clip, Because = because };
        return Conclude(RunVerdicts.Decide(claim));
    }

    /// <summary>
    /// Did G − β·KL on the training prompts not fall below the reference's G? Holds if the lower limit of the change, paired by prompt, is
    /// 0 or more; only then is the certificate printed.
    /// </summary>
    /// <param name="because">Why it may not fall; part of the message.</param>
    public AndConstraint<GateAssertions> ObjectiveNotLowered(string because = "")
    {
        var subject = Subject<MeasuredObjective>(nameof(ObjectiveNotLowered), ObjectiveOfARun);
        return Conclude(RunVerdicts.Decide(new ObjectiveClaim { On = $"the training prompts of {subject.Run.Record.Name}", Objective = subject.Objective, Untuned = subject.Untuned, Because = because }));
    }

    /// <summary>
    /// No stratum of hardness fell against the untuned model: a mean that holds can hide hard items that broke. Hardness is the items'
    /// <c>difficulty</c>.
    /// </summary>
    /// <param name="margin">The drop that must be ruled out in each stratum; .05 is five points.</param>
    /// <param name="strata">Where strata end; the easiest 30 % and the hardest 30 % when left out.</param>
    /// <param name="because">Why no stratum may fall; part of the message.</param>
    public AndConstraint<GateAssertions> NoStratumDegrades(double margin, StratumChoice? strata = null, string because = "")
    {
        var subject = Subject<MeasuredModel>(nameof(NoStratumDegrades), OneRun);
        var pooled = subject.PairedWithReference(WithReason(new GateSettings { Margin = margin }, because));
        return Conclude(RunVerdicts.Decide(new StratumClaim
        {
            Pooled = pooled,
            Strata = strata ?? new(),
            Hardness = subject.Subject.Metric.Benchmark.Items.Where(item => item.Difficulty is not null).ToDictionary(item => item.Id, item => (double)item.Difficulty!.Value, StringComparer.Ordinal),
        }));
    }

    /// <summary>
    /// Training on easy items gains at least a share of what training on hard ones gains, on hard items. Holds if the lower limit of the
    /// share reaches it and the limits of the gap exclude 0.
    /// </summary>
    /// <param name="atLeast">The share of the gap, in (0, 1].</param>
    /// <param name="because">Why it must be recovered; part of the message.</param>
    public AndConstraint<GateAssertions> EasyDataRecovers(double atLeast, string because = "") =>
        Conclude(RunVerdicts.Decide(new RecoveryClaim { Strata = Subject<MeasuredStrata>(nameof(EasyDataRecovers), AStrataResult).Result, AtLeast = atLeast, Because = because }));

    /// <summary>
    /// Few labels of a training set are wrong or suspected by its training dynamics. Holds if the upper limit of their share is within what
    /// is allowed; suspected items at which nobody looked count as wrong.
    /// </summary>
    /// <param name="atMost">The share that is allowed, in [0, 1).</param>
    /// <param name="because">Why labels must be sound; part of the message.</param>
    public AndConstraint<GateAssertions> LabelsAreSound(double atMost, string because = "") =>
        Conclude(RunVerdicts.Decide(new LabelClaim { Dynamics = Subject<MeasuredDynamics>(nameof(LabelsAreSound), ADynamicsResult).Result, AtMost = atMost, Because = because }));

    /// <summary>
    /// The failures of this run have nothing in common: rules explain each, and the lines come in no kinds (docs/patterns.md). Holds too if no
    /// item failed.
    /// </summary>
    /// <param name="reader">Knows the grammar of the questions; <c>null</c> for none.</param>
    /// <param name="because">Why there must be none; part of the message.</param>
    /// <param name="allowUntuned">Whether a run whose weights are still its reference's may be judged. Default no: it fails.</param>
    public AndConstraint<GateAssertions> FailuresShowNoPattern(IQuestionReader? reader = null, string because = "", bool allowUntuned = false)
    {
        var subject = Subject<MeasuredModel>(nameof(FailuresShowNoPattern), OneRun);
        var claim = FailurePatterns.ClaimOf(subject, reader);
        if (claim.Report is { } report) subject.Session.Keep($"{subject.Spec.FileStem}{PatternsReader.Suffix}", AnalysisFile.Bytes(report));
        return Conclude(RunVerdicts.Decide(claim with { Untuned = subject.Untuned, AllowUntuned = allowUntuned, Because = because }));
    }

    /// <summary>
    /// Rows made for a failing slice help: the slice gains on every control of the same size, with an interval above 0, and the other items
    /// stay within a margin.
    /// </summary>
    /// <param name="slice">The slice, such as <c>category: long</c>: category, suite, behavior or difficulty of the items.</param>
    /// <param name="over">The same metric of the controls: as many rows repeated, at random, or like training errors.</param>
    /// <param name="margin">The drop of the other items that must be ruled out. Default 3 points.</param>
    /// <param name="because">Why it must help; part of the message.</param>
    public AndConstraint<GateAssertions> AugmentationHelps(string slice, IReadOnlyList<MeasuredRun> over, double margin = 0.03, string because = "")
    {
        var subject = Subject<MeasuredRun>(nameof(AugmentationHelps), OneRun);
        return Conclude(RunVerdicts.Decide(new AugmentationClaim
        {
            Now = subject.Subject.Now.Measurement,
            Untuned = subject.Untuned,
            Controls = [.. over.Select(control => (control.Run.Record.Name, control.Subject.Now.Measurement))],
            Problem = over.Where(control => control.Untuned is not null).Select(control => $"The control '{control.Run.Record.Name}' was not trained: {control.Untuned}.").FirstOrDefault(),
            Slice = slice,
            Items = subject.Subject.Metric.Benchmark.Items.Where(item => FailurePatterns.FieldsOf(item).Any(field => field.ToString() == slice)).Select(item => item.Id).ToHashSet(StringComparer.Ordinal),
            Margin = margin,
            Because = because,
        }));
    }

    private AndConstraint<GateAssertions> BesideTheApproved(MeasuredKl subject, BudgetClaim claim)
    {
        var snapshots = subject.Snapshots;
        snapshots.Claim();
        var now = subject.Result(claim.Budget, claim.Alpha);
        claim = claim with { ApproveCommand = snapshots.ApproveCommand };
        try
        {
            if (snapshots.Approved() is { } document)
            {
                var approved = document.Kl.FirstOrDefault();
                claim = approved is null
                    ? claim with { BaselineProblem = "the approved file holds no KL" }
                    : claim with { ApprovedMean = approved.Mean, BaselineProblem = now?.DifferenceFrom(approved) };
            }
        }
        catch (UserErrorException e)
        {
            claim = claim with { BaselineProblem = e.Message };
        }

        var decision = RunVerdicts.Decide(claim);
        return Conclude(decision, () =>
        {
            if (decision.Verdict != Verdict.Passed) return now is null ? null : snapshots.Receive(subject.Run.Record.Model, now);
            snapshots.Discard();
            return null;
        });
    }

    private T Subject<T>(string verb, string appliesTo) where T : Measured =>
        _subject as T ?? throw new NotSupportedException($"{verb} applies to {appliesTo}; the subject is the {_subject.GetType().Name} '{_subject}'.");

    private AndConstraint<GateAssertions> Conclude(Decision decision, Func<string?>? leave = null)
    {
        _conclusion.Of(decision, leave);
        return new(this);
    }

    private static GateSettings WithReason(GateSettings settings, string because) =>
        because.Length > 0 ? settings with { Because = because } : settings;
}
