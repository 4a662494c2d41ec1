using System.Text.Json;

namespace SafetyGate.Models.Tests;

/// <summary>The folder of reference results: SAFETYGATE_CONFORMANCE, or <c>shared/conformance</c> beside the repository.</summary>
internal static class ConformanceFolder
{
    public static string? Path { get; } = Find();

    public const string Absent = "no conformance folder (set SAFETYGATE_CONFORMANCE), or none of these cases in it";

    /// <summary>Files below the folder, relative to it, by pattern; one empty name when there are none, so that the theory can skip.</summary>
    public static TheoryData<string> Files(string subfolder, string pattern, SearchOption depth = SearchOption.TopDirectoryOnly)
    {
        var data = new TheoryData<string>();
        var folder = Path is null ? null : System.IO.Path.Combine(Path, subfolder);
        if (folder is not null && Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, pattern, depth).Order(StringComparer.Ordinal)) data.Add(System.IO.Path.GetRelativePath(Path!, file));
        }

        if (data.Count == 0) data.Add("");
        return data;
    }

    /// <summary>The full path, or the test is skipped.</summary>
    public static string Require(string relative)
    {
        if (Path is null || relative.Length == 0) Assert.Skip(Absent);
        var full = System.IO.Path.Combine(Path!, relative);
        if (!File.Exists(full) && !Directory.Exists(full)) Assert.Skip($"{relative} is not in the conformance folder");
        return full;
    }

    /// <summary>The cases of a .jsonl file. Lines end at \n only: texts hold U+0085 and U+2028.</summary>
    public static IEnumerable<JsonElement> Lines(string file) =>
        File.ReadAllText(file).Split('\n').Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SAFETYGATE_CONFORMANCE") is { Length: > 0 } given) return Directory.Exists(given) ? given : null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(at.FullName, "SafetyGate.sln"))) continue;
            var folder = System.IO.Path.GetFullPath(System.IO.Path.Combine(at.FullName, "..", "shared", "conformance"));
            return Directory.Exists(folder) ? folder : null;
        }

        return null;
    }
}
