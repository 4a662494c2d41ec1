using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Harness.Xunit;

namespace SafetyGate.Harness.Tests.Xunit;

public sealed class SpecFoldersSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("baselines/"), InlineData(".git"), InlineData("Product.sln"), InlineData("Product.slnx")]
    public void The_root_is_the_nearest_folder_with_a_mark_of_one(string mark)
    {
        var start = Directory.CreateDirectory(_folder["root", "tests", "bin"]).FullName;
        if (mark.EndsWith('/')) Directory.CreateDirectory(_folder["root", mark]);
        else File.WriteAllText(_folder["root", mark], "");
        var folders = SpecFolders.Resolve(_ => null, start, "store");
        Assert.Equal((_folder["root", "baselines"], _folder["root", "artifacts", "gate"], "store"), (folders.Baselines, folders.Results, folders.Store));
    }

    [Fact]
    public void The_variables_win_and_need_no_root()
    {
        var folders = SpecFolders.Resolve(name => name == Shard.Variable ? "2/4" : _folder[name], Path.GetPathRoot(_folder.Path)!, "store");
        Assert.Equal((_folder["SAFETYGATE_BASELINES"], _folder["SAFETYGATE_RESULTS"]), (folders.Baselines, folders.Results));
        Assert.Equal(new Shard(2, 4), folders.Shard);
    }

    [Theory]
    [InlineData("true", true), InlineData("false", false), InlineData(null, false)]
    public void What_GitHub_Actions_says_of_a_job_is_taken_from_its_variables(string? actions, bool annotates)
    {
        string? Variable(string name) => name switch { "GITHUB_ACTIONS" => actions, "GITHUB_STEP_SUMMARY" => actions is null ? null : "summary.md", "SAFETYGATE_BASE" => actions is null ? "" : _folder.Path, Shard.Variable => null, _ => _folder[name] };
        var folders = SpecFolders.Resolve(Variable, _folder.Path, "store");
        Assert.Equal((annotates, actions is null ? null : "summary.md", actions is null ? null : _folder.Path), (folders.Annotates, folders.JobSummary, folders.Base));
    }

    [Fact]
    public void The_folders_of_these_tests_lie_in_this_repository() =>
        Assert.True(File.Exists(Path.Combine(SpecFolders.For(typeof(SpecFoldersSpecs).Assembly).Baselines, "..", "SafetyGate.sln"))
            || Environment.GetEnvironmentVariable("SAFETYGATE_BASELINES") is { Length: > 0 });
}
