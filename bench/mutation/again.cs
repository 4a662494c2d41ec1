// Tries the mutants of an earlier report again that no test had noticed, and joins what comes of it with that report.
// dotnet run bench/mutation/again.cs -- settings <report.json> <FOLDER.json> <sources>   prints FOLDER.json with those mutants alone
// dotnet run bench/mutation/again.cs -- join <report.json> <newer report.json> <sources> prints the report with the newer answers in it
// A mutant that was killed counts as killed still: specs were added, and those that killed it must still be there. A source file that changed since is tried
// whole, and nothing of its earlier answers is kept.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

switch (args)
{
    case ["settings", var reportFile, var settingsFile, var sources]:
        var settings = Read(settingsFile);
        var folder = Path.Combine(sources, Path.GetFileNameWithoutExtension(settingsFile));
        var earlier = Files(Read(reportFile)).ToDictionary(file => file.Path, file => file.File, StringComparer.Ordinal);
        var patterns = new JsonArray();
        foreach (var here in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(sources, here).Replace('\\', '/');
            if (!earlier.TryGetValue(path, out var file) || File.ReadAllText(here) != Source(file)) patterns.Add((JsonNode)path);
            else if (Mutants(file).Where(IsLeft).Select(mutant => Span(Source(file), mutant)).Distinct().ToList() is { Count: > 0 } left) patterns.Add((JsonNode)(path + string.Concat(left)));
        }

        settings["stryker-config"]!["mutate"] = patterns;
        Console.WriteLine(settings.ToJsonString(new() { WriteIndented = true }));
        return 0;
    case ["join", var reportFile, var newerFile, var root]:
        var report = Read(reportFile);
        var newer = Files(Read(newerFile)).ToDictionary(file => file.Path, file => file.File, StringComparer.Ordinal);
        var files = new JsonObject();
        foreach (var (path, file) in Files(report).ToList())
        {
            if (!newer.Remove(path, out var now) || !Mutants(now).Any(IsTried)) // nothing in it was tried, or it is gone and its mutants with it
            {
                if (File.Exists(Path.Combine(root, path))) files[path] = file.DeepClone();
                continue;
            }

            var answers = Mutants(now).Where(IsTried).GroupBy(Key).ToDictionary(group => group.Key, group => group.First());
            var joined = file.DeepClone();
            if (Source(now) != Source(file)) joined = now.DeepClone();
            else joined["mutants"] = new JsonArray([.. Mutants(file).Select(mutant => (IsTried(mutant) ? answers.GetValueOrDefault(Key(mutant)) ?? mutant : mutant).DeepClone())]);
            files[path] = joined;
        }

        foreach (var (path, file) in newer) files[path] = file.DeepClone();
        report["files"] = files;
        Console.WriteLine(report.ToJsonString());
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run bench/mutation/again.cs -- settings <report.json> <FOLDER.json> <sources> | join <report.json> <newer report.json> <sources>");
        return 64;
}

static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;

// By the path within the project: the reports may be of different clones.
static IEnumerable<(string Path, JsonNode File)> Files(JsonNode report)
{
    const string Project = "src/Harness/";
    foreach (var (name, file) in report["files"]!.AsObject())
    {
        var path = name.Replace('\\', '/');
        var at = path.IndexOf(Project, StringComparison.Ordinal);
        yield return (at < 0 ? path : path[(at + Project.Length)..], file!);
    }
}

static string Source(JsonNode file) => file["source"]!.GetValue<string>().TrimStart('\uFEFF');

static IEnumerable<JsonNode> Mutants(JsonNode file) => file["mutants"]!.AsArray().Select(mutant => mutant!);

static string Status(JsonNode mutant) => mutant["status"]!.GetValue<string>();

static bool IsTried(JsonNode mutant) => Status(mutant) is "Killed" or "Timeout" or "Survived" or "NoCoverage";

static bool IsLeft(JsonNode mutant) => Status(mutant) is "Survived" or "NoCoverage";

static (string Location, string Replacement, string Mutator) Key(JsonNode mutant) =>
    (mutant["location"]!.ToJsonString(), mutant["replacement"]!.GetValue<string>(), mutant["mutatorName"]!.GetValue<string>());

static string Span(string source, JsonNode mutant)
{
    var location = mutant["location"]!;
    return string.Create(CultureInfo.InvariantCulture, $"{{{Offset(source, location["start"]!)}..{Offset(source, location["end"]!)}}}");
}

static int Offset(string source, JsonNode place)
{
    var (line, at) = (place["line"]!.GetValue<int>(), 0);
    for (var k = 1; k < line; k++) at = source.IndexOf('\n', at) + 1;
    return at + place["column"]!.GetValue<int>() - 1;
}
