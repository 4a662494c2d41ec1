using System.Text.Json;
using System.Text.Json.Nodes;

namespace SafetyGate.Tests;

/// <summary>
/// Cases computed by reference implementations: <c>tests/conformance</c>, then <c>shared/conformance</c> beside the repository for
/// what is not vendored; or SAFETYGATE_CONFORMANCE alone. Names are relative to these folders, with slashes.
/// </summary>
internal static class ConformanceCases
{
    public const string Absent = "no case of this kind (tests/conformance, or SAFETYGATE_CONFORMANCE)";

    private static readonly string[] Roots = [.. FindRoots().Where(Directory.Exists).Select(Path.GetFullPath)];

    /// <summary>Files by pattern, in order.</summary>
    public static IReadOnlyList<string> Find(string folder, string pattern, SearchOption depth = SearchOption.TopDirectoryOnly) =>
        [.. Roots.Where(root => Directory.Exists(Path.Combine(root, folder)))
            .SelectMany(root => Directory.EnumerateFiles(Path.Combine(root, folder), pattern, depth).Select(file => Path.GetRelativePath(root, file)))
            .Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The same for a theory: one empty name when there are none, so that <see cref="Require"/> can skip.</summary>
    public static TheoryData<string> Files(string folder, string pattern, SearchOption depth = SearchOption.TopDirectoryOnly) =>
        Find(folder, pattern, depth) is { Count: > 0 } files ? [.. files] : [""];

    /// <summary>The full path of a file or folder; <c>null</c> when there is none.</summary>
    public static string? PathOf(string relative) => Roots.Select(root => Path.Combine(root, relative)).FirstOrDefault(Path.Exists);

    /// <summary>The full path of a file or folder; skips the test when there is none.</summary>
    public static string Require(string relative)
    {
        var path = relative.Length == 0 ? null : PathOf(relative);
        if (path is null) Assert.Skip(relative.Length == 0 ? Absent : $"{relative} is not among the conformance cases.");
        return path!;
    }

    /// <summary>The lines of a .jsonl file. Lines end at \n only: texts contain U+0085 and U+2028.</summary>
    public static IEnumerable<JsonElement> Lines(string relative) =>
        File.ReadAllText(Require(relative)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line));

    public static JsonElement Json(string relative) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Require(relative)));

    /// <summary>Fixtures of trainers whose results have all the named parts, by shape; one empty name when there are none.</summary>
    public static TheoryData<string> TrainerFixtures(params string[] parts)
    {
        var found = Find("trainers", "*.json").Where(file => Trainer(file)["results"] is JsonObject results && parts.All(results.ContainsKey)).ToList();
        return found.Count > 0 ? [.. found] : [""];
    }

    /// <summary>The same, each of them in float32 and in float64, which is the wide one.</summary>
    public static TheoryData<string, bool> TrainerFixturesInBothWidths(params string[] parts)
    {
        var data = new TheoryData<string, bool>();
        foreach (var file in TrainerFixtures(parts))
        {
            data.Add(file.Data, false);
            data.Add(file.Data, true);
        }

        return data;
    }

    public static JsonNode Trainer(string relative) => JsonNode.Parse(File.ReadAllText(Require(relative)))!;

    private static IEnumerable<string> FindRoots() => Environment.GetEnvironmentVariable("SAFETYGATE_CONFORMANCE") is { Length: > 0 } given
        ? [given]
        : [Path.Combine(Repository.Root, "tests", "conformance"), Path.Combine(Repository.Root, "..", "shared", "conformance")];
}
