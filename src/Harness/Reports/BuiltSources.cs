using System.Text.Json;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// The source files that a test program and the projects it refers to were built of, as compilers record them in debugging symbols: path and
/// digest of each. What was changed since, and not built, shows against them.
/// </summary>
public sealed class BuiltSources
{
    private readonly string _program;
    private readonly IReadOnlyList<BuiltAssembly> _assemblies;
    private readonly string? _problem;

    private BuiltSources(string program, IReadOnlyList<BuiltAssembly> assemblies, string? problem) => (_program, _assemblies, _problem) = (program, assemblies, problem);

    /// <summary>Reads the symbols of the projects of a program.</summary>
    /// <param name="program">Its folder.</param>
    /// <returns><c>null</c> where no program lies.</returns>
    public static BuiltSources? Of(string program)
    {
        try
        {
            if (!Directory.Exists(program) || !Directory.EnumerateFiles(program, "*.dll").Concat(Directory.EnumerateFiles(program, "*.deps.json")).Any()) return null;
            var projects = Projects(program);
            return new(program, [.. projects.Select(project => BuiltAssembly.Read(program, project.Name, project.IsOwn)).OfType<BuiltAssembly>()],
                projects.Any(project => project.IsOwn) ? null : "there is no list of what it depends on (*.deps.json), which tells its projects from packages");
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or ArgumentException)
        {
            return new(program, [], $"its files cannot be read: {e.Message}");
        }
    }

    /// <summary>The first file, in order of path, that is not what was compiled, or is gone; <c>null</c> for none.</summary>
    /// <param name="root">The repository.</param>
    public string? Changed(string root)
    {
        var tops = RootsAbove(root);
        return _assemblies.SelectMany(assembly => assembly.Changed(tops)).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>
    /// Why it cannot be told whether the program was built of the sources of a repository, so that an edited one would pass unseen; <c>null</c>
    /// where it can be told, or there are no sources.
    /// </summary>
    /// <param name="root">The repository.</param>
    public string? Unknown(string root)
    {
        var tops = RootsAbove(root);
        var problem = _problem ?? _assemblies.Select(assembly => assembly.Unknown(tops, _program)).FirstOrDefault(why => why is not null);
        return problem is null || SourceState.Newest(root) is null ? null : problem;
    }

    // A solution, or the baselines, may lie in a folder of the repository.
    private static List<string> RootsAbove(string root)
    {
        var tops = new List<string>();
        for (var folder = new DirectoryInfo(Path.GetFullPath(root)); folder is not null; folder = folder.Parent)
        {
            tops.Add(folder.FullName);
            if (Path.Exists(Path.Combine(folder.FullName, ".git"))) return tops;
        }

        return tops[..1];
    }

    // Names of assemblies. The projects of a build are told from packages by the list of what the program depends on; a reference to a file is
    // perhaps one's own, too. An assembly may have another name than its project.
    private static List<(string Name, bool IsOwn)> Projects(string program)
    {
        var names = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(program, "*.deps.json"))
        {
            using var document = JsonDocument.Parse(BoundedFile.Read(path, BoundedFile.Small));
            if (!document.RootElement.TryGetProperty("libraries", out var libraries)) continue;
            foreach (var library in libraries.EnumerateObject())
            {
                var kind = library.Value.TryGetProperty("type", out var type) ? type.GetString() : null;
                if (kind is not ("project" or "reference")) continue;
                foreach (var name in Assemblies(document.RootElement, library.Name)) names[name] = kind == "project" || names.GetValueOrDefault(name);
            }
        }

        return [.. names.Select(one => (one.Key, one.Value))];
    }

    private static IEnumerable<string> Assemblies(JsonElement root, string library)
    {
        var named = new List<string>();
        foreach (var target in root.TryGetProperty("targets", out var targets) ? targets.EnumerateObject() : default)
            if (target.Value.TryGetProperty(library, out var entry) && entry.TryGetProperty("runtime", out var runtime))
                named.AddRange(runtime.EnumerateObject().Select(file => Path.GetFileNameWithoutExtension(file.Name)));
        return named.Count > 0 ? named : [library.Split('/')[0]];
    }
}
