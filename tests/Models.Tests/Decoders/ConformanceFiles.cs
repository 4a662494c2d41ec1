using System.Text.Json;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>Finds the conformance data, which lies beside the repository or where SAFETYGATE_CONFORMANCE says; tests that need it are skipped without it.</summary>
internal static class ConformanceFiles
{
    public static string? Root { get; } = Find();

    public static string Required => Root ?? SkipHere();

    /// <summary>Model directories with a reference in the common shape, by pattern.</summary>
    public static IEnumerable<string> Models() =>
        Root is null ? [] : Directory.EnumerateFiles(Path.Combine(Root, "models"), "reference.json", SearchOption.AllDirectories)
            .Where(file => Read(file).TryGetProperty("family", out _))
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal);

    public static string ModelDirectory(string name) => Path.Combine(Required, "models", name);

    public static JsonElement Reference(string model) => Read(Path.Combine(ModelDirectory(model), "reference.json"));

    public static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.Clone();
    }

    /// <summary>The lines of a .jsonl file, split at \n only.</summary>
    public static IEnumerable<JsonElement> Lines(string file)
    {
        foreach (var line in File.ReadAllText(file).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string SkipHere()
    {
        Assert.Skip("The conformance data is not here (SAFETYGATE_CONFORMANCE, or ../shared/conformance beside the repository).");
        throw new InvalidOperationException("unreachable");
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SAFETYGATE_CONFORMANCE") is { Length: > 0 } named) return Directory.Exists(named) ? named : null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "SafetyGate.sln"))) continue;
            var beside = Path.Combine(at.FullName, "..", "shared", "conformance");
            return Directory.Exists(beside) ? Path.GetFullPath(beside) : null;
        }
        return null;
    }
}
