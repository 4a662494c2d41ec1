namespace SafetyGate.Torch.Tests;

/// <summary>Files of the repository and of the conformance folder beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file of the conformance folder; skips the test when it is not there.</summary>
    public static string Conformance(params string[] parts)
    {
        var folder = Environment.GetEnvironmentVariable("SAFETYGATE_CONFORMANCE") is { Length: > 0 } given ? given : Path.Combine(Root, "..", "shared", "conformance");
        var path = Path.Combine([folder, .. parts]);
        if (!File.Exists(path)) Assert.Skip($"{string.Join('/', parts)} is not in the conformance folder (SAFETYGATE_CONFORMANCE)");
        return path;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SafetyGate.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("no SafetyGate.sln above the tests");
    }
}
