namespace SafetyGate.Harness.Baselines;

/// <summary>The repository of the specs and their baselines, for the specs and for the <c>gate</c> command alike.</summary>
public static class RepositoryRoot
{
    /// <summary>
    /// The nearest folder with <c>.git</c>, a solution or <c>baselines/</c>, looked for upwards; <c>null</c> when there is none.
    /// </summary>
    /// <param name="start">Where to begin.</param>
    public static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (IsRoot(folder)) return folder.FullName;
        return null;
    }

    private static bool IsRoot(DirectoryInfo folder) =>
        Path.Exists(Path.Combine(folder.FullName, ".git"))
        || Directory.Exists(Path.Combine(folder.FullName, "baselines"))
        || folder.EnumerateFiles("*.sln").Any() || folder.EnumerateFiles("*.slnx").Any();
}
