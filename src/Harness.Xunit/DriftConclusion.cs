using System.Diagnostics;
using FluentAssertions.Execution;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>How a statement about KL ends a test: logged, then failed, skipped with the reason, or written to the test's output.</summary>
[StackTraceHidden]
internal static class DriftConclusion
{
    public static void Conclude(DriftOutcome outcome, BaselineKey spec, EvaluationLog log, TrainedModel run, string? received)
    {
        log.Add(LoggedVerdict.Of(spec, outcome));
        var message = Invariant($"{outcome.Message}\n  run       {run.Record.Name}, seed {run.Record.Seed}, {run.Record.Steps} steps; {run.RunDirectory}") + (received is null ? "" : "\n  received  " + received);
        if (outcome.Fails) AssertionScope.Current.AddPreFormattedFailure(message);
        else if (outcome.Verdict != Verdict.Passed) Assert.Skip(message);
        else TestContext.Current.TestOutputHelper?.WriteLine(message);
    }
}
