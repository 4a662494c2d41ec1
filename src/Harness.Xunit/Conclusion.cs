using System.Diagnostics;
using FluentAssertions.Execution;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// How a verb ends its test: the verdict is logged and reported, then the test fails, is skipped with the reason, or has the message in its
/// output.
/// </summary>
[StackTraceHidden]
internal sealed class Conclusion(Measured subject)
{
    /// <param name="decision">The decision.</param>
    /// <param name="received">Path of the file that was left to be approved; <c>null</c> for none.</param>
    public void Of(Decision decision, string? received = null) =>
        End(decision, VerdictRecord.Of(subject.Spec, decision), decision.Text, received);

    /// <param name="decision">The decision.</param>
    /// <param name="claim">The verb's requirement.</param>
    /// <param name="complaint">How the demand is not met; <c>null</c> if it is.</param>
    public void Of(Decision decision, ClaimKind claim, string? complaint)
    {
        var text = complaint is null
            ? decision.Text
            : decision.Text with { Headline = complaint, Lines = [new("verdict", decision.Text.Headline), .. decision.Text.Lines] };
        End(decision, VerdictRecord.Of(subject.Spec, decision) with { Claim = claim, Fails = complaint is not null }, text, received: null);
    }

    private void End(Decision decision, VerdictRecord verdict, VerdictText text, string? received)
    {
        var message = text.With(subject.RunLine.Label, subject.RunLine.Words).With("received", received).ToString();
        var runs = subject.Models.Select(run => run.Record).Select(run => new ReportedRun(run.Name, run.Digest, run.Seed, run.Steps))
            .ToList();
        verdict = verdict with
        {
            Message = message,
            Run = runs.Count == 1 ? runs[0] : null,
            Source = SpecSource.Current(subject.Folders),
            Received = received is null ? null : Path.GetFileName(received),
            Flipped = subject.Flipped(decision),
        };
        foreach (var run in subject.Models) subject.Session.KeepMetrics(run.Record.Digest, run.MetricsFile);
        subject.Session.Add(verdict);
        if (verdict.Fails || verdict.Verdict != Verdict.Passed)
            TestContext.Current.AddAttachment(SpecAttachments.Unused("report"), MarkdownReport.Verdict(verdict));
        if (received is not null)
            TestContext.Current.AddAttachment(SpecAttachments.Unused("received"), File.ReadAllBytes(received), "application/json");
        if (verdict.Fails) AssertionScope.Current.AddPreFormattedFailure(message);
        else if (verdict.Verdict == Verdict.Inconclusive) Assert.Skip(message);
        else TestContext.Current.TestOutputHelper?.WriteLine(message);
    }
}
