using System.Diagnostics;
using FluentAssertions;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Xunit;

/// <summary>The verbs about KL. None fails open: a KL that is not finite, of too few prompts or not applicable under its sampling never passes.</summary>
[StackTraceHidden]
public sealed class MeasuredKlAssertions
{
    private readonly MeasuredKl _subject;

    internal MeasuredKlAssertions(MeasuredKl subject) => _subject = subject;

    /// <summary>Is the KL below its budget? The upper limit of the mean over prompts is compared (one-sided at .05), not the mean.</summary>
    /// <param name="budget">The budget. <see cref="KlBudget.ApprovedPlus"/> needs an approved value and fails without one.</param>
    /// <param name="because">Why the budget exists; ends in the message.</param>
    public AndConstraint<MeasuredKlAssertions> StayWithinBudget(KlBudget budget, string because = "")
    {
        if (budget.Kind != KlBudgetKind.ApprovedPlus) return Conclude(ReportedClaim.WithinBudget, KlGate.Decide(Question(because), budget), received: null);
        var snapshots = new SpecSnapshots(_subject.Folders, _subject.Spec, _subject.Recipe, _subject.ToString());
        snapshots.Claim();
        var question = Question(because) with { ApproveCommand = snapshots.ApproveCommand };
        var now = _subject.Kl.IsUsable
            ? KlResult.Of(_subject.Metric.Name, _subject.Metric.Benchmark.Name, _subject.Metric.Benchmark.Digest, _subject.Reference.Model.WeightsDigest, _subject.Kl, budget.Value, question.Alpha)
            : null;
        try
        {
            if (snapshots.Approved() is { } document)
            {
                var approved = document.Kl.FirstOrDefault();
                question = approved is null
                    ? question with { NotComparableBecause = "the approved file holds no KL" }
                    : question with { ApprovedMean = approved.Mean, NotComparableBecause = now?.DifferenceFrom(approved) };
            }
        }
        catch (UserErrorException e)
        {
            question = question with { NotComparableBecause = e.Message };
        }

        var outcome = KlGate.Decide(question, budget);
        if (outcome.Verdict == Verdict.Passed) snapshots.Discard();
        var received = outcome.Verdict == Verdict.Passed || now is null ? null : snapshots.Receive(_subject.Run.Record.Model, now);
        return Conclude(ReportedClaim.WithinBudget, outcome, received);
    }

    /// <summary>Does the KL that was spent certify a floor of safety, whatever the policy does within it? Advisory unless required: a certificate that is vacuous or not applicable skips the test with the reason.</summary>
    /// <param name="floor">The safety to be certified, in [0, 1].</param>
    /// <param name="required">Whether anything but a certificate fails the build. Default no.</param>
    /// <param name="because">Why the floor exists; ends in the message.</param>
    public AndConstraint<MeasuredKlAssertions> SafetyCertificate(double floor, bool required = false, string because = "") =>
        Conclude(ReportedClaim.Certified, KlGate.Certify(Question(because), floor, required), received: null);

    private KlQuestion Question(string because) => new()
    {
        Metric = _subject.Metric.Name,
        Kl = _subject.Kl,
        Reference = _subject.Reference,
        SameWeights = _subject.Run.Record.Model.WeightsDigest == _subject.Reference.Model.WeightsDigest,
        Because = because,
    };

    private AndConstraint<MeasuredKlAssertions> Conclude(ReportedClaim claim, DriftOutcome outcome, string? received)
    {
        new DriftConclusion(_subject.Spec, _subject.Folders, _subject.Log, _subject.Reports, _subject.Run).Conclude(claim, outcome, received);
        return new(this);
    }
}
