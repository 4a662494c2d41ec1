using System.IO.Compression;
using SafetyGate.Core.Files;

namespace SafetyGate.Cli.Commands;

/// <summary>The baselines as git has them at another revision, in a folder that is gone afterwards.</summary>
internal sealed class BranchBaselines : IDisposable
{
    private readonly ProcessFolder _folder;

    private BranchBaselines(ProcessFolder folder) => _folder = folder;

    /// <summary>The folder.</summary>
    public string Path => _folder.Path;

    /// <summary>Takes the baselines of a revision out of git.</summary>
    /// <param name="revision">A branch, tag or commit, such as <c>origin/main</c>.</param>
    /// <param name="baselines">The folder of baselines in the working tree. A revision that does not have it yet has no baselines.</param>
    /// <exception cref="UserErrorException">git is missing, or does not know the revision.</exception>
    public static BranchBaselines At(string revision, string baselines)
    {
        var folder = System.IO.Path.GetFullPath(baselines);
        var parent = System.IO.Path.GetDirectoryName(folder)!;
        var prefix = GitCommand.Run(parent, $"'{baselines}' is in no git repository", "rev-parse", "--show-prefix").Trim();
        var commit = GitCommand.Run(parent, $"git does not know the revision '{revision}'; fetch it first, or name another", "rev-parse", "--verify",
            "--quiet", "--end-of-options", revision + "^{commit}").Trim();
        var name = prefix + System.IO.Path.GetFileName(folder);
        var branch = new BranchBaselines(ProcessFolder.Create("base"));
        if (GitCommand.Run(parent, "git cannot list the revision", "ls-tree", "--full-tree", commit, "--", name).Length == 0) return branch;
        var archive = System.IO.Path.Combine(branch.Path, "base.zip");
        try
        {
            GitCommand.Run(parent, "git cannot archive the baselines", "archive", "--format=zip", "-o", archive, $"{commit}:{name}");
            ZipFile.ExtractToDirectory(archive, branch.Path);
            File.Delete(archive);
            return branch;
        }
        catch
        {
            branch.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
