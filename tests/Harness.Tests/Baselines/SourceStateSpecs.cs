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

    [Theory]
    [InlineData("none"), InlineData("all")]
    public void Each_change_in_a_submodule_is_another_state_whatever_its_configuration_ignores(string ignored)
    {
        using var inner = new TemporaryFolder();
        Git("clone", "-q", _folder.Path, inner.Path);
        Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--force", inner.Path, "sub");
        Git("config", "submodule.sub.ignore", ignored);
        Commit();
        List<string?> states = [Now.Changes];
        foreach (var text in new[] { "two", "three" })
        {
            Write("sub/src/A.cs", text);
            states.Add(Now.Changes);
        }

        Assert.Equal("", states[0]);
        Assert.Equal(3, states.Distinct().Count());
        Write("sub/src/A.cs", "one");
        Write("sub/src/bin/Made.cs", "built");
        Assert.Equal("", Now.Changes);
    }

    [Fact]
    public void Where_git_refuses_its_files_say_which_commit_is_checked_out_and_changes_are_not_known()
    {
        var commit = Now.Commit;
        File.WriteAllText(_folder[".git", "config"], "[core\n");
        Assert.Equal(new(commit, null), Now);
    }

    [Fact]
    public void A_branch_that_is_another_name_of_a_branch_has_its_commit()
    {
        var commit = Git("rev-parse", "HEAD").Trim();
        Git("symbolic-ref", "refs/heads/alias", Git("symbolic-ref", "HEAD").Trim());
        Git("symbolic-ref", "HEAD", "refs/heads/alias");
        Assert.Equal(new(commit, ""), Now);
    }

    [Fact]
    public void A_folder_that_is_the_whole_repository_or_lies_outside_of_it_leaves_nothing_out()
    {
        using var outside = new TemporaryFolder();
        Write("src/A.cs", "two");
        var changes = Now.Changes;
        Assert.NotEmpty(changes!);
        Assert.Equal(changes, SourceState.Of(_folder.Path, _folder["baselines"], _folder.Path, outside.Path, _folder["..", "beside"]).Changes);
    }

    [Fact]
    public void Where_git_knows_the_commit_and_cannot_compare_with_it_changes_are_not_known()
    {
        var (commit, tree) = (Now.Commit, Git("rev-parse", "HEAD^{tree}").Trim());
        File.Delete(_folder[".git", "objects", tree[..2], tree[2..]]);
        Assert.Equal(new(commit, null), Now);
    }

    // The digest stands in every verdict: another one for the same sources would call all earlier verdicts stale.
    [Fact]
    public void New_sources_are_known_by_name_and_content_in_order_of_name()
    {
        Write("src/C.cs", "three");
        Write("src/B.cs", "two");
        Assert.Equal("651dba6f643c5d36d1b564d0cc828792a1598869c0830bb02f54bd668586cc78", Now.Changes); // sha256 of "\nsrc/B.cs\nSHA256 OF two\n" and the same of C.cs
        var before = Now;
        var time = File.GetLastWriteTimeUtc(_folder["src/B.cs"]);
        Write("src/B.cs", "owt");
        File.SetLastWriteTimeUtc(_folder["src/B.cs"], time);
        Assert.NotEqual(before, Now);
        Write("src/B.cs", "two");
        Assert.Equal(before, Now);
    }

    [Theory]
    [InlineData("--assume-unchanged"), InlineData("--skip-worktree")]
    public void A_file_that_git_was_told_not_to_look_at_is_looked_at(string hidden)
    {
        var clean = Now;
        Git("update-index", hidden, "src/A.cs");
        Assert.Equal(clean, Now);
        Write("src/A.cs", "two");
        var changed = Now;
        Assert.NotEqual("", changed.Changes);
        Write("src/A.cs", "owt");
        Assert.NotEqual(changed, Now);
        Write("src/A.cs", "one");
        Assert.Equal(clean, Now);
        File.Delete(_folder["src/A.cs"]);
        Assert.Equal(hidden == "--skip-worktree", Now == clean); // a sparse checkout does without files that it marks so
    }

    [Fact]
    public void A_change_of_the_same_size_and_time_is_one_whatever_git_is_configured_to_look_at()
    {
        Git("config", "core.trustctime", "false");
        Git("config", "core.checkStat", "minimal");
        File.SetLastWriteTimeUtc(_folder["src/A.cs"], Then);
        Git("update-index", "--refresh");
        Assert.Equal("", Now.Changes);
        Write("other", "eno");
        File.SetLastWriteTimeUtc(_folder["other"], Then);
        File.Move(_folder["other"], _folder["src/A.cs"], overwrite: true); // another file by its number; its time of change may be of the same second
        Assert.NotEqual("", Now.Changes);
    }

    [Fact]
    public void A_program_that_has_the_name_of_a_received_file_is_a_source()
    {
        Write("src/B.received.cs", "one");
        Assert.NotEqual("", Now.Changes);
        Commit();
        Assert.Equal("", Now.Changes);
        Write("src/B.received.cs", "two");
        Assert.NotEqual("", Now.Changes);
    }

    [Fact]
    public void A_new_source_whose_name_is_no_text_is_a_change()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names are texts there.");
        Assert.SkipUnless(Shell("printf one > \"$(printf 'src/\\377.cs')\"") == 0, "The file system takes no such name.");
        var changes = Now.Changes;
        Shell("rm -r src"); // .NET cannot name it either
        Assert.Equal("f414fbfe98f1e2eedebe361ae40673460a866fbf62c775d1e8129b3b43a1c492", changes); // sha256 of "\nsrc/\ufffd.cs\nnone\n": it cannot be looked at by that name
    }

    [Fact]
    public void Settings_of_an_outer_git_lead_to_no_other_repository()
    {
        var now = Now;
        Write("src/A.cs", "two");
        var changed = Now;
        Assert.NotEqual(now, changed);
        string[] names = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_LITERAL_PATHSPECS", "GIT_NOGLOB_PATHSPECS"];
        try
        {
            foreach (var name in names)
            {
                Environment.SetEnvironmentVariable(name, name.EndsWith("PATHSPECS", StringComparison.Ordinal) ? "1" : _folder["nowhere"]);
                Assert.Equal(changed, Now);
                Environment.SetEnvironmentVariable(name, null);
            }
        }
        finally
        {
            foreach (var name in names) Environment.SetEnvironmentVariable(name, null);
        }
    }

    private int Shell(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _folder.Path })!;
        shell.WaitForExit();
        return shell.ExitCode;
    }

    private static readonly DateTime Then = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

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
