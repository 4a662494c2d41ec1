using System.Diagnostics;
using FluentAssertions.Execution;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>How a statement about KL ends a test: logged and reported, then failed, skipped with the reason, or written to the test's output.</summary>
[StackTraceHidden]
internal sealed class DriftConclusion(BaselineKey spec, SpecFolders folders, EvaluationLog log, SpecReports? reports, TrainedModel run)
{
    public void Conclude(ReportedClaim claim, DriftOutcome outcome, string? received)
    {
        var logged = LoggedVerdict.Of(spec, outcome);
        log.Add(logged);
        var record = run.Record;
        var message = Invariant($"{outcome.Message}\n  run       {record.Name}, seed {record.Seed}, {record.Steps} steps; {run.RunDirectory}") + (received is null ? "" : "\n  received  " + received);
        reports?.KeepMetrics(record.Digest, run.MetricsFile);
        reports?.Add(ReportedVerdict.Of(logged) with
        {
            Claim = claim,
            Message = message,
            Run = new(record.Name, record.Digest, record.Seed, record.Steps),
            Source = SpecSource.Current(folders),
            Received = received is null ? null : Path.GetFileName(received),
            ApproveCommand = received is null ? null : BaselineStore.ApproveCommand(spec),
        });
        if (received is not null) TestContext.Current.AddAttachment(SpecAttachments.Unused("received"), File.ReadAllBytes(received), "application/json");
        if (outcome.Fails) AssertionScope.Current.AddPreFormattedFailure(message);
        else if (outcome.Verdict != Verdict.Passed) Assert.Skip(message);
        else TestContext.Current.TestOutputHelper?.WriteLine(message);
    }
}
