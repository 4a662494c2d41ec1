namespace SafetyGate.Tests;

/// <summary>Public datasets, which are not part of the repository: SAFETYGATE_DATASETS, or <c>shared/datasets</c> beside it.</summary>
internal static class Datasets
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("SAFETYGATE_DATASETS") is { Length: > 0 } given
        ? given
        : Path.Combine(Repository.Root, "..", "shared", "datasets");

    /// <summary>The path of a file or folder; skips the test when it is absent.</summary>
    public static string Require(string relative)
    {
        var path = Path.Combine(Folder, relative);
        Assert.SkipUnless(Path.Exists(path), $"{relative} is not in the datasets folder; set SAFETYGATE_DATASETS.");
        return path;
    }
}
