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
        var folders = SpecFolders.Resolve(name => _folder[name], Path.GetPathRoot(_folder.Path)!, "store");
        Assert.Equal((_folder["SAFETYGATE_BASELINES"], _folder["SAFETYGATE_RESULTS"]), (folders.Baselines, folders.Results));
    }

    [Fact]
    public void The_folders_of_these_tests_lie_in_this_repository() =>
        Assert.True(File.Exists(Path.Combine(SpecFolders.For(typeof(SpecFoldersSpecs).Assembly).Baselines, "..", "SafetyGate.sln"))
            || Environment.GetEnvironmentVariable("SAFETYGATE_BASELINES") is { Length: > 0 });
}
