using SafetyGate.Analysis.Results;
using System.Diagnostics;
using System.Text;
using FluentAssertions.Execution;
using SafetyGate.Core.Files;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// How a verb ends its test: the verdict is logged and reported, then the test fails, is skipped with the reason, or has the message in its
/// output. A verdict under a rule that is not the approved one does not pass.
/// </summary>
[StackTraceHidden]
internal sealed class Conclusion(Measured subject)
{
    /// <param name="decision">The decision.</param>
    /// <param name="leave">Leaves the file that is to be approved, and gives its path, or removes an earlier one; <c>null</c> for neither.</param>
    public void Of(Decision decision, Func<string?>? leave = null) =>
        End(decision, RecordOf(decision, decision.Claim.Rule), decision.Text, leave);

    /// <param name="decision">The decision.</param>
    /// <param name="claim">The verb's requirement.</param>
    /// <param name="complaint">How the demand is not met; <c>null</c> if it is.</param>
    /// <param name="rule">Adds what the verb demands beyond the rule of the comparison; <c>null</c> for nothing.</param>
    public void Of(Decision decision, ClaimKind claim, string? complaint, Func<ClaimRule, ClaimRule>? rule = null)
    {
        var text = complaint is null
            ? decision.Text
            : decision.Text with { Headline = complaint, Lines = [new("verdict", decision.Text.Headline), .. decision.Text.Lines] };
        var demanded = decision.Claim.Rule;
        End(decision, RecordOf(decision, rule?.Invoke(demanded) ?? demanded) with { Claim = claim, Fails = complaint is not null }, text, leave: null);
    }

    private VerdictRecord RecordOf(Decision decision, ClaimRule rule)
    {
        var family = decision.Claim is ComparisonClaim { Against: ComparisonKind.Reference } ? subject.FamilyTerms : [];
        return VerdictRecord.Of(subject.Spec, decision) with { Terms = rule.With(family).Terms };
    }

    private void End(Decision decision, VerdictRecord verdict, VerdictText text, Func<string?>? leave)
    {
        (verdict, text) = ByApprovedRule(verdict, text);
        var (received, problem) = Left(leave);
        var message = text.With(subject.RunLine.Label, subject.RunLine.Words).With("received", received ?? problem).ToString();
        var runs = subject.Models.Select(run => run.Record).Select(run => new ReportedRun(run.Name, run.Digest, run.Seed, run.Steps) { RecipeDigest = CanonicalJson.Digest(run.Recipe), Settings = RecipeSettings.Of(run.Recipe) })
            .ToList();
        verdict = verdict with
        {
            Message = message,
            Run = runs.Count == 1 ? runs[0] : null,
            Trainings = runs.Count > 1 ? runs : [],
            Source = SpecSource.Current(subject.Folders),
            Received = received is null ? null : Path.GetFileName(received),
            Flipped = subject.Flipped(decision),
        };
        foreach (var run in subject.Models) subject.Session.KeepMetrics(run.Record.Digest, run.MetricsFile);
        if (verdict.Fails && subject is MeasuredModel model && FailurePatterns.OfLost(model, decision) is { } patterns)
            subject.Session.Keep($"{subject.Spec.FileStem}{PatternsReader.Suffix}", AnalysisFile.Bytes(patterns));
        subject.KeepItems(decision);
        subject.Session.Add(verdict);
        if (verdict.Fails || verdict.Verdict != Verdict.Passed)
            TestContext.Current.AddAttachment(SpecAttachments.Unused("report"), MarkdownReport.Verdict(verdict));
        if (received is not null)
            TestContext.Current.AddAttachment(SpecAttachments.Unused("received"), File.ReadAllBytes(received), "application/json");
        if (verdict.Fails) AssertionScope.Current.AddPreFormattedFailure(message);
        else if (verdict.Verdict == Verdict.Inconclusive) Assert.Skip(message);
        else TestContext.Current.TestOutputHelper?.WriteLine(message);
    }

    // On a disk that is full or read-only. The verdict holds all the same, and is logged.
    private static (string? Path, string? Problem) Left(Func<string?>? leave)
    {
        try
        {
            return (leave?.Invoke(), null);
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
        {
            var problem = $"the received file is not up to date: {e.Message} Make the folder writable and run the spec again before anything is approved.";
            TestContext.Current.AddWarning(problem);
            return (null, problem);
        }
    }

    // A verdict that is as grave as an unapproved rule, or graver, stands as it is.
    private (VerdictRecord, VerdictText) ByApprovedRule(VerdictRecord verdict, VerdictText text)
    {
        if (verdict.ExitCode is GateExitCode.Regressed or GateExitCode.NotComparable || verdict.Ran.Rule is not { } rule) return (verdict, text);
        var problems = SpecManifest.ProblemsOf(SpecManifest.PathIn(subject.Folders.Baselines), verdict.Entry, rule);
        if (problems.Count == 0) return (verdict, text);
        var command = SpecManifest.ApproveCommand(verdict.Entry);
        text = new VerdictText($"{verdict.Metric} is judged by a rule that is not the approved one.",
        [
            .. problems.Select(problem => new TextLine("differs", problem)),
            new("verdict", text.Headline),
            .. text.Lines.Where(line => line.Label != "next"),
            new("next", $"undo the change, or, if it is meant, approve it in the same change and say why: {command}"),
        ]);
        return (verdict with { Verdict = Verdict.NotComparable, Reason = VerdictReason.IdentityDiffers, Fails = true, ApproveCommand = command }, text);
    }
}
