using System.Diagnostics;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Tests.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>Pull requests that approve at the same time, in a real repository.</summary>
public sealed class MergedApprovalSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_pull_requests_that_approve_different_baselines_merge_without_a_conflict()
    {
        if (GitProblem() is { } problem) Assert.Skip(problem);
        Git("init", "--quiet", "--initial-branch", "main");
        await ApproveAsync("Middle");
        Commit("the first baseline");
        // Neighbors in every order: of the same class, one before and one after what is there, and next to each other.
        Git("switch", "--quiet", "--create", "one");
        await ApproveAsync("New_a");
        Commit("one");
        Git("switch", "--quiet", "main");
        Git("switch", "--quiet", "--create", "other");
        await ApproveAsync("New_b");
        await ApproveAsync("Before");
        Commit("other");
        Git("switch", "--quiet", "main");
        Git("merge", "--quiet", "--no-edit", "one");
        Git("merge", "--quiet", "--no-edit", "other");

        var store = new BaselineStore(_folder.File("baselines"));
        Assert.Equal(["Before", "Middle", "New_a", "New_b"], SpecManifest.Read(SpecManifest.PathIn(store.Directory)).Entries.Select(entry => entry.Test));
        Assert.Equal(4, store.All().Count(file => file.Status == BaselineStatus.Approved));
    }

    [Fact]
    public async Task Two_pull_requests_that_approve_the_same_baseline_anew_do_conflict()
    {
        if (GitProblem() is { } problem) Assert.Skip(problem);
        Git("init", "--quiet", "--initial-branch", "main");
        await ApproveAsync("Middle");
        Commit("the first baseline");
        Git("switch", "--quiet", "--create", "one");
        await ApproveAsync("Middle", lost: 3);
        Commit("one");
        Git("switch", "--quiet", "main");
        await ApproveAsync("Middle", lost: 5);
        Commit("other");
        Assert.NotEqual(0, Run("merge", "--quiet", "--no-edit", "one").ExitCode);
    }

    private async Task ApproveAsync(string test, int lost = 0)
    {
        var received = _folder.File("outside.received.json");
        ResultFile.Write(Documents.Of(new string('1', 600 - lost) + new string('0', lost)) with { Spec = "Specs", Test = test }, received);
        var run = await GateRun.OfAsync("approve", "--from", received, "--why", "seen", "--who", "someone", "--baselines", _folder.File("baselines"));
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        File.Delete(received);
    }

    private void Commit(string message)
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--message", message);
    }

    private void Git(params string[] args)
    {
        var (exitCode, output) = Run(args);
        Assert.True(exitCode == 0, $"git {string.Join(' ', args)}\n{output}");
    }

    private (int ExitCode, string Output) Run(params string[] args)
    {
        var start = new ProcessStartInfo("git", ["-c", "user.name=a test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null", .. args])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name); // a hook that runs the tests must not lend its repository
        using var git = Process.Start(start)!;
        var error = git.StandardError.ReadToEndAsync();
        var output = git.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        git.WaitForExit();
        return (git.ExitCode, output);
    }

    private string? GitProblem()
    {
        try
        {
            return Run("--version").ExitCode == 0 ? null : "git does not run here.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "git is not installed here.";
        }
    }
}
