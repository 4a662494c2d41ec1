using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class RepositoryRootSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".git/HEAD"), InlineData(".git"), InlineData("baselines/x.json"), InlineData("Product.sln"), InlineData("Product.slnx")]
    public void The_nearest_folder_with_a_sign_of_a_repository_is_it(string sign)
    {
        var (outer, root) = (_folder["outer"], Path.Combine(_folder["outer"], "root"));
        var inner = Path.Combine(root, "src", "deep");
        Directory.CreateDirectory(inner);
        Assert.NotEqual(root, RepositoryRoot.Above(inner));
        File.WriteAllText(Path.Combine(outer, "Outer.sln"), "");
        Assert.Equal(outer, RepositoryRoot.Above(inner));
        var path = Path.Combine(root, sign);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        Assert.Equal(root, RepositoryRoot.Above(inner));
        Assert.Equal(root, RepositoryRoot.Above(root));
    }

    [Fact]
    public void Other_files_and_a_file_of_the_name_of_the_baselines_are_no_sign()
    {
        var root = _folder["root"];
        Directory.CreateDirectory(Path.Combine(root, "src"));
        foreach (var name in new[] { "baselines", "a.csproj", "gate" }) File.WriteAllText(Path.Combine(root, name), "");
        Assert.NotEqual(root, RepositoryRoot.Above(Path.Combine(root, "src")));
        Assert.Null(RepositoryRoot.Above(Path.GetPathRoot(root)!));
    }
}
