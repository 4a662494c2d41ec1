using System.Runtime.Versioning;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Xunit;
using static SafetyGate.Cli.Tests.RedBuilds.RedBuild;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Cli.Tests.RedBuilds;

/// <summary>What alone turns a green build red though every verdict passed: the state of the logs and of the baselines.</summary>
public sealed class CheckedFolderSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 400));
    private readonly RedBuild _build = new();

    public ValueTask DisposeAsync() => _build.DisposeAsync();

    private string Results => _build.Bench.Folders.Results;

    private string Log => Assert.Single(VerdictLog.In(Results));

    [Fact]
    public async Task A_log_that_ends_in_the_middle_of_a_line()
    {
        await GreenAsync();
        File.AppendAllText(Log, "{\"spec\"");
        Assert.Contains($"NotComparable {Log} ends in the middle of a line: the run was killed while it wrote a verdict.", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spec_class_of_one_name_in_two_test_programs()
    {
        await GreenAsync();
        var twin = _build.Bench.Log[^1];
        VerdictLog.Start(Results, "Other.Specs").Add(twin with { TestRun = twin.TestRun! with { Assembly = "Other.Specs" } });
        Assert.Contains($"NotComparable {Spec.Spec} is the name of spec classes in several test programs", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
    }

    [Fact, SupportedOSPlatform("linux")]
    public async Task Logs_that_everyone_can_write()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Owners are read on Linux.");
        await GreenAsync();
        var mode = File.GetUnixFileMode(Results);
        File.SetUnixFileMode(Results, mode | UnixFileMode.OtherWrite);
        Assert.Contains($"NotComparable {Results} can be written by everyone", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
        File.SetUnixFileMode(Results, mode);
        await _build.CheckedAsync(GateExitCode.Passed);
    }

    [Fact]
    public async Task An_approval_that_was_interrupted()
    {
        await GreenAsync();
        var journal = Path.Combine(_build.Bench.Folders.Baselines, "approving.4711-1.journal");
        File.WriteAllText(journal, "{");
        Assert.Contains($"NotComparable {journal}: an approval was interrupted, or is going on.", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
        File.Delete(journal);
        await _build.CheckedAsync(GateExitCode.Passed);
    }

    [Fact]
    public async Task A_baseline_without_its_approval_note_and_a_note_without_its_baseline()
    {
        await GreenAsync();
        var note = File.ReadAllBytes(_build.Note);
        File.Delete(_build.Note);
        Assert.Contains($"NotComparable {Path.GetFileName(_build.Verified)}: has no readable approval note beside it.", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
        File.WriteAllBytes(_build.Note, note);
        await _build.CheckedAsync(GateExitCode.Passed);
        File.Delete(_build.Verified);
        Assert.Contains($"NotComparable {Path.GetFileName(_build.Verified)}: its approval note is there and the file is not.", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verdict_that_fails_as_inconclusive_hides_no_problem()
    {
        await GreenAsync();
        var green = _build.Bench.Log[^1];
        var inconclusive = green with { Verdict = Verdict.Inconclusive, Reason = VerdictReason.LowCoverage, Fails = true, Comparison = green.Comparison! with { Scored = 300, UnscoredNow = 100 } };
        _build.NextBuild().Add(inconclusive);
        await _build.CheckedAsync(GateExitCode.Inconclusive);
        File.AppendAllText(Log, "{\"spec\"");
        await _build.CheckedAsync(GateExitCode.NotComparable);
    }

    private async Task GreenAsync()
    {
        await _build.ApprovedAsync(Direct, "a", GoodBut());
        (await _build.MeasuredAsync(Direct, "a", GoodBut())).Should().NotRegressFromBaseline(TwoPoints);
        await _build.CheckedAsync(GateExitCode.Passed);
    }
}
