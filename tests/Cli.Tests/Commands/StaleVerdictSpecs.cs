using System.Diagnostics;
using SafetyGate.Cli.Tests.Runs;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Harness.Tests.Reports;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>Verdicts that were right once: of an earlier run, commit, working tree or baseline.</summary>
public sealed class StaleVerdictSpecs : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public StaleVerdictSpecs()
    {
        File.WriteAllText(_folder[".gitignore"], "artifacts/\n");
        File.WriteAllText(_folder["Model.cs"], "// one");
        List(Passed);
        Git("init", "-q");
        Commit();
    }

    private static VerdictRecord Passed => Named(Sample.Passed);

    private static VerdictRecord Regressed => Named(Sample.Regressed with { Claim = ClaimKind.NotDegradedFromReference, Terms = Sample.Passed.Terms, Received = null });

    private static VerdictRecord Named(VerdictRecord verdict) => verdict with { Spec = "Specs", Test = "Sums_hold", Metric = "sums, greedy", Source = null };

    private string Baselines => _folder["baselines"];

    private string Results => _folder["artifacts", "gate"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Verdicts_of_what_is_checked_out_pass_and_the_run_is_named()
    {
        Log("Specs", Passed, Now("a"));
        var run = await CheckAsync(GateExitCode.Passed, "1 passed, 0 inconclusive and let through, 0 failed; 0 other problems");
        Assert.Equal($"repository  {_folder.Path}", run.Out.Split('\n')[0]);
        Assert.StartsWith("run         a: commit ", run.Out.Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verdicts_of_another_commit_or_of_sources_changed_since_do_not_pass()
    {
        Log("Specs", Passed, Now("a"));
        File.WriteAllText(_folder["Model.cs"], "// two");
        await CheckAsync(GateExitCode.NotComparable, "1 verdicts are of other sources");
        Log("Specs", Passed, Now("a"));
        await CheckAsync(GateExitCode.Passed, "with changes in the working tree");
        Commit();
        await CheckAsync(GateExitCode.NotComparable, "the repository is at commit");
    }

    [Fact]
    public async Task Verdicts_of_two_runs_do_not_pass_and_those_of_two_programs_of_one_run_do()
    {
        List(Passed with { Spec = "Others", Test = "Hold" });
        Log("First", Passed, Now("a"));
        Log("Second", Passed with { Spec = "Others", Test = "Hold" }, Now("a"));
        await CheckAsync(GateExitCode.Passed, "2 passed");
        Log("Second", Passed with { Spec = "Others", Test = "Hold" }, Now("b"));
        await CheckAsync(GateExitCode.NotComparable, "The verdicts are of 2 runs: a (");
        var report = await GateAsync([], "report");
        Assert.Contains("verdicts of other runs in the same folder are not shown", report.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verdicts_by_baselines_that_are_a_link_out_of_the_repository_do_not_pass()
    {
        using var elsewhere = new TemporaryFolder();
        Directory.Move(Baselines, elsewhere["baselines"]);
        Directory.CreateSymbolicLink(Baselines, elsewhere["baselines"]);
        Commit();
        Log("Specs", Passed, Now("a"));
        await CheckAsync(GateExitCode.NotComparable, "baselines is a link to ");
    }

    [Fact]
    public async Task The_run_that_the_environment_names_must_have_left_the_verdicts_for_check_and_report_alike()
    {
        Log("Specs", Passed, Now("a"));
        Assert.Equal(GateExitCode.Passed, (await GateAsync([("SAFETYGATE_RUN", "a")], "check")).ExitCode);
        var other = await GateAsync([("SAFETYGATE_RUN", "b")], "check");
        Assert.Equal(GateExitCode.NotComparable, other.ExitCode);
        Assert.Contains("The run is b by the environment; the verdicts are of a", other.Out, StringComparison.Ordinal);
        var report = await GateAsync([("SAFETYGATE_RUN", "b")], "report");
        Assert.Equal(GateExitCode.NotComparable, report.ExitCode);
        Assert.Contains("no verdicts in", report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_red_verdict_of_the_run_is_not_made_up_for_by_running_the_spec_again()
    {
        var log = VerdictLog.Start(Results, "Specs");
        log.Add(Regressed with { TestRun = Now("a") });
        log.Add(Passed with { TestRun = Now("a") with { Time = Noon.AddMinutes(1) } });
        await CheckAsync(GateExitCode.Regressed, "1 passed, 0 inconclusive and let through, 1 failed");
    }

    [Fact]
    public async Task A_baseline_approved_after_the_run_was_not_the_one_that_was_compared_with()
    {
        Log("Specs", Passed, Now("a"));
        ResultFile.Write(Documents.Steady with { Spec = Passed.Spec, Test = Passed.Test }, new BaselineStore(Baselines).ReceivedPath(new("Specs", "Sums_hold")));
        Assert.Equal(GateExitCode.Passed, (await GateAsync([], "approve", "--why", "x", "--who", "y")).ExitCode);
        await CheckAsync(GateExitCode.NotComparable, "The baselines are not those the specs were compared with");
    }

    [Fact]
    public async Task Results_are_read_where_the_environment_says_by_report_as_by_check()
    {
        VerdictLog.Start(_folder["elsewhere"], "Specs").Add(Passed with { TestRun = Now("a") });
        foreach (var command in new[] { "check", "report" })
            Assert.Equal(GateExitCode.Passed, (await GateAsync([("SAFETYGATE_RESULTS", _folder["elsewhere"])], command)).ExitCode);
        Assert.Equal(GateExitCode.NotComparable, (await GateAsync([], "report")).ExitCode);
    }

    [Fact]
    public async Task A_verdict_that_says_of_no_run_is_refused()
    {
        VerdictLog.Start(Results, "Specs").Add(Passed);
        await CheckAsync(GateExitCode.NotComparable, "1 of 1 verdicts name no test run");
    }

    private void List(VerdictRecord verdict)
    {
        Directory.CreateDirectory(SpecManifest.PathIn(Baselines));
        foreach (var (path, bytes) in SpecManifest.Approved(SpecManifest.PathIn(Baselines), verdict.Entry, [verdict.Ran.Rule!], new ApprovalRequest { Who = "Ada", When = Noon, Why = "seen" })) File.WriteAllBytes(path, bytes);
    }

    private TestRun Now(string id)
    {
        var sources = SourceState.Of(_folder.Path, Baselines, Results, _folder["elsewhere"]);
        return new() { Id = id, Commit = sources.Commit, Changes = sources.Changes, Baselines = new BaselineStore(Baselines).Digest(), Time = Noon };
    }

    private void Log(string program, VerdictRecord verdict, TestRun run) => VerdictLog.Start(Results, program).Add(verdict with { TestRun = run });

    private async Task<GateRun> CheckAsync(int exitCode, string says)
    {
        var run = await GateAsync([], "check");
        Assert.True(run.ExitCode == exitCode, $"exit code {run.ExitCode}, expected {exitCode}\n{run.Out}{run.Error}");
        Assert.Contains(says, run.Out, StringComparison.Ordinal);
        var report = await GateAsync([], "report");
        Assert.Equal(exitCode == GateExitCode.Passed, report.Out.StartsWith("# ✔ ", StringComparison.Ordinal));
        if (exitCode == GateExitCode.NotComparable) Assert.All([report.Out, (await GateAsync([], "report", "--format", "html")).Out], text => Assert.Contains("Why the verdicts do not count here", text, StringComparison.Ordinal));
        return run;
    }

    private async Task<GateRun> GateAsync((string, string)[] variables, params string[] args)
    {
        using var gate = GateProcess.StartIn(_folder.Path, Path.Combine(Path.GetTempPath(), "no-store"), variables, args);
        return await gate.WaitAsync(TestContext.Current.CancellationToken);
    }

    private void Commit()
    {
        Git("add", ".");
        Git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "a change");
    }

    private void Git(params string[] args)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", _folder.Path, .. args]) { RedirectStandardError = true })!;
            var error = git.StandardError.ReadToEnd();
            git.WaitForExit();
            Assert.True(git.ExitCode == 0, error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed.");
        }
    }
}
