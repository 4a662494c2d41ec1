using System.Text.Json.Nodes;

namespace SafetyGate.Trainers.Tests;

/// <summary>The conformance and dataset folders, which lie beside the repository and may be absent.</summary>
internal static class SharedFiles
{
    public static string Conformance { get; } = Folder("SAFETYGATE_CONFORMANCE", "conformance");

    public static string Datasets { get; } = Folder("SAFETYGATE_DATASETS", "datasets");

    /// <summary>Fixtures of trainers whose results hold all the named parts, found by shape.</summary>
    public static TheoryData<string> TrainerFixtures(params string[] parts)
    {
        var folder = Path.Combine(Conformance, "trainers");
        var found = new TheoryData<string>();
        if (Directory.Exists(folder))
            foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
                if (Read(path)["results"] is JsonObject results && parts.All(results.ContainsKey)) found.Add(Path.GetFileName(path));
        if (!found.Any()) found.Add("");
        return found;
    }

    public static JsonNode Trainer(string name)
    {
        if (name.Length == 0) Assert.Skip($"No fixture of this kind in {Path.Combine(Conformance, "trainers")}; set SAFETYGATE_CONFORMANCE.");
        return Read(Path.Combine(Conformance, "trainers", name));
    }

    public static string Require(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) Assert.Skip($"{path} is absent; set SAFETYGATE_CONFORMANCE and SAFETYGATE_DATASETS.");
        return path;
    }

    private static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;

    private static string Folder(string variable, string name)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set) return set;
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "SafetyGate.sln"))) root = root.Parent;
        return Path.Combine(root?.FullName ?? AppContext.BaseDirectory, "..", "shared", name);
    }
}
