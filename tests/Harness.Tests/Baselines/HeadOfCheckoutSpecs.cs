using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>A checkout that git itself cannot read, made by hand: its files say which commit is checked out, or nothing does.</summary>
public sealed class HeadOfCheckoutSpecs : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567", Other = "76543210fedcba9876543210fedcba9876543210";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllText(_folder[path], text);
    }

    private SourceState Of(string folder = "top")
    {
        Directory.CreateDirectory(_folder[folder]);
        return SourceState.Of(_folder[folder]);
    }

    [Fact]
    public void A_branch_has_its_commit_in_its_file_or_among_the_packed_ones()
    {
        Write("top/.git/HEAD", "ref: refs/heads/main\n");
        Assert.Equal(new(null, null), Of());
        Write("top/.git/packed-refs", $"# pack-refs with: peeled fully-peeled sorted\n{Other} refs/heads/also-main\n{Commit} refs/heads/main\n{Other} refs/heads/main2\n");
        Assert.Equal(new(Commit, null), Of());
        Write("top/.git/refs/heads/main", Other + "\n");
        Assert.Equal(new(Other, null), Of());
    }

    [Fact]
    public void A_packed_branch_is_found_by_its_whole_name()
    {
        Write("top/.git/HEAD", "ref: refs/heads/main\n");
        Write("top/.git/packed-refs", $"{Other} refs/backup/refs/heads/main\n");
        Assert.Equal(new(null, null), Of());
        Write("top/.git/packed-refs", $"{Other} refs/backup/refs/heads/main\n{Commit} refs/heads/main\n");
        Assert.Equal(new(Commit, null), Of());
    }

    [Theory]
    [InlineData(Commit, true)]
    [InlineData(Commit + "\n", true)]
    [InlineData("0123456789ABCDEF0123456789abcdef01234567", false)]
    [InlineData("0123456789abcdef0123456789abcdef0123456", false)]
    [InlineData("0123456789abcdef0123456789abcdef0123456g", false)]
    [InlineData("", false)]
    public void A_detached_head_is_a_commit_if_it_looks_like_one(string head, bool isCommit)
    {
        Write("top/.git/HEAD", head);
        Assert.Equal(new(isCommit ? Commit : null, null), Of());
    }

    [Fact]
    public void A_work_tree_finds_its_own_head_and_the_branches_of_the_repository()
    {
        Write("top/.git", $"gitdir: ../repository/worktrees/top\n");
        Assert.Equal(new(null, null), Of());
        Write("repository/worktrees/top/HEAD", "ref: refs/heads/side\n");
        Write("repository/worktrees/top/commondir", "../..\n");
        Assert.Equal(new(null, null), Of());
        Write("repository/packed-refs", $"{Other} refs/heads/side\n");
        Assert.Equal(new(Other, null), Of());
        Write("repository/refs/heads/side", Commit + "\n");
        Assert.Equal(new(Commit, null), Of());
    }

    [Fact]
    public void Without_a_head_there_is_no_commit()
    {
        Directory.CreateDirectory(_folder["top", ".git"]);
        Assert.Equal(new(null, null), Of());
        Write("other/.git", "nothing of git's");
        Assert.Equal(new(null, null), Of("other"));
    }

    [Fact]
    public void Where_there_is_no_git_the_newest_program_source_tells_the_time()
    {
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var (name, hours) in new[]
        {
            ("src/A.cs", 1), ("src/inner/B.csproj", 3), ("src/inner/C.cs", 2), ("src/readme.md", 9), ("src/data.json", 9), ("src/bin/Made.cs", 9), ("src/obj/Made.cs", 9),
            ("src/artifacts/Made.cs", 9), ("src/node_modules/Made.cs", 9), ("src/.hidden/Made.cs", 9),
        })
        {
            Write(name, "");
            File.SetLastWriteTimeUtc(_folder[name], start.AddHours(hours));
        }

        Assert.Equal((_folder["src/inner/B.csproj"], new DateTimeOffset(start.AddHours(3))), SourceState.Newest(_folder["src"]));
        File.SetLastWriteTimeUtc(_folder["src/A.cs"], start.AddHours(4));
        Assert.Equal(_folder["src/A.cs"], SourceState.Newest(_folder["src"])!.Value.Path);
        Assert.Null(SourceState.Newest(Directory.CreateDirectory(_folder["empty"]).FullName));
    }

    [Fact]
    public void Where_a_link_leads_is_not_looked_at()
    {
        Write("src/A.cs", "");
        Write("elsewhere/B.cs", "");
        File.SetLastWriteTimeUtc(_folder["src/A.cs"], new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Directory.CreateSymbolicLink(_folder["src", "elsewhere"], _folder["elsewhere"]);
        Directory.CreateSymbolicLink(_folder["src", "again"], _folder["src"]);
        Assert.Equal(_folder["src/A.cs"], SourceState.Newest(_folder["src"])!.Value.Path);
    }
}
