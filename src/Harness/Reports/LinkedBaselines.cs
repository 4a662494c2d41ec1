namespace SafetyGate.Harness.Reports;

/// <summary>
/// Baselines of a repository that are links out of it. What such a link leads to is in no diff of the repository: it could be approved and
/// changed without a reviewer.
/// </summary>
internal static class LinkedBaselines
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>The links, a sentence each; none when the folder was named and lies outside of the repository.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="baselines">Folder of the baselines.</param>
    public static IReadOnlyList<string> Problems(string root, string baselines)
    {
        if (!IsIn(root, baselines) || !Directory.Exists(baselines)) return [];
        var folder = new DirectoryInfo(Path.TrimEndingDirectorySeparator(Path.GetFullPath(baselines)));
        return [.. folder.EnumerateFileSystemInfos("*", Everything).Prepend(folder).Select(entry => Problem(root, entry)).OfType<string>().Order(StringComparer.Ordinal)];
    }

    private static string? Problem(string root, FileSystemInfo entry)
    {
        if (entry.LinkTarget is not { } named) return null;
        try
        {
            if (entry.ResolveLinkTarget(returnFinalTarget: true) is { } target && IsIn(root, target.FullName)) return null;
        }
        catch (IOException)
        {
            // A circle of links leads nowhere in the repository.
        }

        return $"{Path.GetRelativePath(root, entry.FullName)} is a link to {named}, outside of the repository, where no diff shows what is approved. Put in its place what it leads to, or name the folder with --baselines.";
    }

    private static bool IsIn(string root, string path) =>
        Path.GetFullPath(path).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
