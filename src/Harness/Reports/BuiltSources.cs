using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// The source files that a test program and the projects it refers to were built of, as compilers record them in debugging symbols: path and
/// digest of each. What was changed since, and not built, shows against them.
/// </summary>
public sealed class BuiltSources
{
    private const long LongestFile = 256L << 20;
    private const string Mapped = "/_/"; // the repository's root in a deterministic build

    // Names of hash algorithms in portable symbols. Source: the format's specification, "Document Table" and "Hash algorithms".
    private static readonly Guid Sha1 = new("ff1816ec-aa5e-4d10-87f7-6f4963833460"), Sha256 = new("8829d00f-11b8-4213-878b-770e8597ac16");

    private readonly IReadOnlyList<List<Source>> _assemblies;

    private BuiltSources(IReadOnlyList<List<Source>> assemblies) => _assemblies = assemblies;

    /// <summary>Reads the symbols of the projects of a program.</summary>
    /// <param name="program">Its folder.</param>
    /// <returns><c>null</c> where there are none.</returns>
    public static BuiltSources? Of(string program)
    {
        try
        {
            var found = Projects(program).Select(name => Read(Path.Combine(program, name))).Where(sources => sources.Count > 0).ToList();
            return found.Count == 0 ? null : new(found);
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException or BadImageFormatException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The first file, in order of path, that is not what was compiled, or is gone; <c>null</c> for none.</summary>
    /// <param name="root">The repository. Programs that were built elsewhere have no file in it, and nothing is known of them.</param>
    public string? Changed(string root) => _assemblies.SelectMany(sources => Changed(sources, root)).Order(StringComparer.Ordinal).FirstOrDefault();

    private static IEnumerable<string> Changed(List<Source> sources, string root)
    {
        if (RootsAbove(root).FirstOrDefault(top => sources.Exists(source => IsIn(top, source.At(top)) && File.Exists(source.At(top)))) is not { } found) yield break;
        foreach (var source in sources)
        {
            var path = source.At(found);
            // Compiled files of packages may be mapped to the root as well; their folders are not there.
            if (File.Exists(path) ? !IsCompiled(source, path) : IsIn(found, path) && Directory.Exists(Path.GetDirectoryName(path))) yield return path;
        }
    }

    // One that cannot be read is not known to be what was compiled.
    private static bool IsCompiled(Source source, string path)
    {
        try { return source.IsAt(path); } catch (UserErrorException) { return false; }
    }

    // A solution, or the baselines, may lie in a folder of the repository.
    private static IEnumerable<string> RootsAbove(string root)
    {
        for (var folder = new DirectoryInfo(Path.GetFullPath(root)); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
            if (Path.Exists(Path.Combine(folder.FullName, ".git"))) yield break;
        }
    }

    private static bool IsIn(string root, string path) => path.StartsWith(Slashed(Path.TrimEndingDirectorySeparator(root)) + '/', StringComparison.Ordinal);

    // On Windows compilers write either; elsewhere a backslash is a character of a name.
    private static string Slashed(string path) => OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;

    // The projects of a build are told from packages by the list of what the program depends on.
    private static IReadOnlyList<string> Projects(string program)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(program, "*.deps.json"))
        {
            using var document = JsonDocument.Parse(BoundedFile.Read(path, BoundedFile.Small));
            if (!document.RootElement.TryGetProperty("libraries", out var libraries)) continue;
            foreach (var library in libraries.EnumerateObject())
                if (library.Value.TryGetProperty("type", out var type) && type.GetString() == "project") names.Add(library.Name.Split('/')[0]);
        }

        return [.. names];
    }

    private static List<Source> Read(string assembly)
    {
        if (File.Exists(assembly + ".pdb"))
        {
            using var symbols = new MemoryStream(BoundedFile.Read(assembly + ".pdb", LongestFile));
            using var beside = MetadataReaderProvider.FromPortablePdbStream(symbols);
            return Read(beside.GetMetadataReader());
        }

        if (!File.Exists(assembly + ".dll")) return [];
        using var image = new PEReader(new MemoryStream(BoundedFile.Read(assembly + ".dll", LongestFile)));
        foreach (var entry in image.ReadDebugDirectory().Where(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb))
        {
            using var within = image.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
            return Read(within.GetMetadataReader());
        }

        return [];
    }

    // Files that a build makes itself, and names that are no paths, as generators give them, are no sources.
    private static List<Source> Read(MetadataReader symbols)
    {
        var sources = new List<Source>();
        foreach (var handle in symbols.Documents)
        {
            var document = symbols.GetDocument(handle);
            var (path, algorithm) = (Slashed(symbols.GetString(document.Name)), symbols.GetGuid(document.HashAlgorithm));
            if ((algorithm != Sha1 && algorithm != Sha256) || !Path.IsPathRooted(path) || path.Split('/').Any(part => part is "obj" or "bin")) continue;
            sources.Add(new(path, algorithm == Sha256, symbols.GetBlobBytes(document.Hash)));
        }

        return sources;
    }

    private sealed record Source(string Path, bool IsSha256, byte[] Hash)
    {
        public string At(string root) => Path.StartsWith(Mapped, StringComparison.Ordinal) ? Slashed(System.IO.Path.Combine(root, Path[Mapped.Length..])) : Path;

        // A checkout elsewhere may have other line endings; the program is the same.
        public bool IsAt(string path)
        {
            var bytes = BoundedFile.Read(path, LongestFile);
            if (Of(bytes).SequenceEqual(Hash)) return true;
            var lines = Encoding.Latin1.GetString(bytes).Replace("\r\n", "\n", StringComparison.Ordinal);
            return Of(Encoding.Latin1.GetBytes(lines)).SequenceEqual(Hash) || Of(Encoding.Latin1.GetBytes(lines.Replace("\n", "\r\n", StringComparison.Ordinal))).SequenceEqual(Hash);
        }

        private byte[] Of(byte[] bytes) => IsSha256 ? SHA256.HashData(bytes) : SHA1.HashData(bytes);
    }
}
