using System.Diagnostics;
using FluentAssertions;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Harness.Xunit;

/// <summary>The verb about the objective.</summary>
[StackTraceHidden]
public sealed class MeasuredObjectiveAssertions
{
    private readonly MeasuredObjective _subject;

    internal MeasuredObjectiveAssertions(MeasuredObjective subject) => _subject = subject;

    /// <summary>Did G − β·KL on the training prompts not fall below the reference's G? Holds when the lower limit of the change, paired by prompt, is 0 or more; only then is the certificate printed.</summary>
    /// <param name="because">Why it may not fall; ends in the message.</param>
    public AndConstraint<MeasuredObjectiveAssertions> ObjectiveNotLowered(string because = "")
    {
        var outcome = ObjectiveGate.Decide($"the training prompts of {_subject.Run.Record.Name}", _subject.Objective, because: because);
        new DriftConclusion(_subject.Spec, _subject.Folders, _subject.Log, _subject.Reports, _subject.Run).Conclude(ReportedClaim.ObjectiveNotLowered, outcome, received: null);
        return new(this);
    }
}
