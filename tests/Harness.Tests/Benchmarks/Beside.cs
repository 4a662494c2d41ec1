namespace SafetyGate.Harness.Tests.Benchmarks;

/// <summary>Finds folders beside the repository that tests may use but must not need.</summary>
internal static class Beside
{
    public static string Root { get; } = FindRoot();

    public static string Conformance => Environment.GetEnvironmentVariable("SAFETYGATE_CONFORMANCE") ?? Path.Combine(Root, "..", "shared", "conformance");

    public static string Datasets => Environment.GetEnvironmentVariable("SAFETYGATE_DATASETS") ?? Path.Combine(Root, "..", "shared", "datasets");

    /// <summary>Path of a file of the datasets folder; skips the test when it is absent.</summary>
    public static string Dataset(string relative)
    {
        var path = Path.Combine(Datasets, relative);
        if (!File.Exists(path)) Assert.Skip($"{relative} is not in the datasets folder; set SAFETYGATE_DATASETS.");
        return path;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SafetyGate.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("SafetyGate.sln was not found above the tests.");
    }
}
