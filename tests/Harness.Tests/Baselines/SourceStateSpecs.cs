using System.Diagnostics;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class SourceStateSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SourceStateSpecs()
    {
        Git("init", "-q");
        Directory.CreateDirectory(_folder["src"]);
        foreach (var file in new[] { "src/A.cs", "baselines/x.verified.json" }) Write(file, "one");
        Commit();
    }

    public void Dispose() => _folder.Dispose();

    private SourceState Now => SourceState.Of(_folder["src"], _folder["baselines"], _folder["results"]);

    [Fact]
    public void A_clean_checkout_has_its_commit_and_no_changes_also_seen_from_a_folder_inside()
    {
        Assert.Equal(new(Git("rev-parse", "HEAD").Trim(), ""), Now);
        var before = Now;
        Write("src/A.cs", "two");
        Commit();
        Assert.NotEqual(before.Commit, Now.Commit);
        Assert.Equal("", Now.Changes);
    }

    [Fact]
    public void Each_change_of_a_source_is_another_state_and_taking_it_back_the_same()
    {
        List<string?> states = [Now.Changes];
        Write("src/A.cs", "two");
        states.Add(Now.Changes);
        Write("src/A.cs", "three");
        states.Add(Now.Changes);
        Git("add", ".");
        Assert.Equal(states[^1], Now.Changes);
        Write("src/B.cs", "new");
        states.Add(Now.Changes);
        File.Delete(_folder["src/A.cs"]);
        states.Add(Now.Changes);
        Assert.Equal(states.Count, states.Distinct().Count());
        File.Delete(_folder["src/B.cs"]);
        Write("src/A.cs", "one");
        Git("add", ".");
        Assert.Equal("", Now.Changes);
    }

    [Theory]
    [InlineData("baselines/x.verified.json"), InlineData("results/verdicts.A.jsonl"), InlineData("x.received.json"), InlineData("src/bin/Made.cs"), InlineData("out.log")]
    public void What_a_run_itself_writes_is_no_change_of_the_sources(string file)
    {
        Write(file, "two");
        Assert.Equal("", Now.Changes);
    }

    [Fact]
    public void A_work_tree_beside_the_repository_has_its_own_commit_and_a_folder_without_git_none()
    {
        Git("worktree", "add", "-q", "-b", "other", _folder["tree"]);
        Assert.Equal(Now, SourceState.Of(_folder["tree"]));
        using var empty = new TemporaryFolder();
        Assert.Equal(new(null, null), SourceState.Of(empty.Path));
    }

    [Fact]
    public void Where_git_refuses_its_files_say_which_commit_is_checked_out_and_changes_are_not_known()
    {
        var commit = Now.Commit;
        File.WriteAllText(_folder[".git", "config"], "[core\n");
        Assert.Equal(new(commit, null), Now);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }

    private void Commit()
    {
        Git("add", ".");
        Git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "a change");
    }

    private string Git(params string[] args)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", _folder.Path, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = git.StandardError.ReadToEndAsync();
            var text = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            Assert.True(git.ExitCode == 0, error.Result);
            return text;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed.");
            return "";
        }
    }
}
