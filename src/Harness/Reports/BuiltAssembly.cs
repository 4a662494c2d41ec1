using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Reports;

/// <summary>The sources of one assembly of a test program.</summary>
internal sealed class BuiltAssembly
{
    private const long LongestFile = 256L << 20;
    private const string Mapped = "/_/"; // the repository's root in a deterministic build
    private const int Sampled = 64; // sources that are looked for to find where they lie
    private const int DeepestContent = 8; // folders between a package and its sources

    // Names of hash algorithms in portable symbols. Source: the format's specification, "Document Table" and "Hash algorithms".
    private static readonly Guid Sha1 = new("ff1816ec-aa5e-4d10-87f7-6f4963833460"), Sha256 = new("8829d00f-11b8-4213-878b-770e8597ac16");

    private readonly string _name;
    private readonly IReadOnlyList<Source> _sources;
    private readonly string? _problem;

    private BuiltAssembly(string name, IReadOnlyList<Source> sources, string? problem) => (_name, _sources, _problem) = (name, sources, problem);

    /// <summary>Reads the symbols of an assembly.</summary>
    /// <param name="program">Folder of the program.</param>
    /// <param name="name">Name of the assembly.</param>
    /// <param name="isOwn">Whether it is a project of the build, which must have symbols.</param>
    /// <returns><c>null</c> where it does not lie there, or is another's.</returns>
    public static BuiltAssembly? Read(string program, string name, bool isOwn)
    {
        var assembly = Path.Combine(program, name);
        if (!File.Exists(assembly + ".dll") && !File.Exists(assembly + ".pdb")) return null;
        string problem;
        try
        {
            if (Read(assembly) is { } sources) return new(name, sources, null);
            problem = $"{name}.dll has no debugging symbols (DebugType none, or {name}.pdb was removed)";
        }
        catch (Exception e) when (e is UserErrorException or BadImageFormatException)
        {
            problem = $"the debugging symbols of {name}.dll cannot be read ({e.Message})";
        }

        return isOwn ? new(name, [], problem) : null;
    }

    /// <summary>The files that are not what was compiled, or are gone.</summary>
    /// <param name="tops">The folder that is judged and those around it, up to the repository's.</param>
    public IEnumerable<string> Changed(IReadOnlyList<string> tops)
    {
        var place = PlaceIn(tops);
        foreach (var source in _sources)
        {
            var inside = place?.Of(source.Path);
            var path = inside ?? source.Path;
            if (IsMade(inside is null ? path : Path.GetRelativePath(place!.Top, inside))) continue;
            // Compiled files of packages may be mapped to the root as well; their folders are not there.
            if (File.Exists(path) ? !IsCompiled(source, path) : inside is not null && Directory.Exists(Path.GetDirectoryName(path))) yield return path;
        }
    }

    /// <summary>Why nothing is known of its sources; <c>null</c> if it is known.</summary>
    /// <param name="tops">As for <see cref="Changed"/>.</param>
    /// <param name="program">Folder of the program.</param>
    public string? Unknown(IReadOnlyList<string> tops, string program) => _problem is not null ? _problem
        : _sources.FirstOrDefault(source => !IsMade(source.Path)) is { } first && tops.Any(top => IsIn(top, Slashed(Path.GetFullPath(program)))) && PlaceIn(tops) is null && !_sources.Any(source => !IsMade(source.Path) && File.Exists(source.Path) && !IsOfPackage(source.Path))
            ? $"none of the sources that {_name}.dll was built of, such as {first.Path}, is found"
            : null;

    // Where the sources lie: in the repository by the paths that were compiled, else, in a checkout that was moved or copied or was built under
    // another root, below the folder in which most of them are.
    private Place? PlaceIn(IReadOnlyList<string> tops)
    {
        foreach (var top in tops)
        {
            var place = new Place(top, [Mapped, Slashed(Path.TrimEndingDirectorySeparator(top)) + '/']);
            if (_sources.Any(source => place.Of(source.Path) is { } path && File.Exists(path))) return place;
        }

        var written = _sources.Where(source => !IsMade(source.Path)).ToList();
        List<string> sampled = [.. (written.Count > 0 ? written : _sources).Select(source => source.Path).Take(Sampled)];
        var found = from path in sampled
                    from end in Enumerable.Range(0, path.Length)
                    where path[end] == '/'
                    from top in tops
                    where File.Exists(Path.Combine(top, path[(end + 1)..]))
                    group path by (Top: top, Prefix: path[..(end + 1)]);
        return found.Where(group => 2 * group.Count() >= sampled.Count).OrderByDescending(group => group.Count()).ThenBy(group => group.Key.Prefix.Length)
            .Select(group => new Place(group.Key.Top, [group.Key.Prefix])).FirstOrDefault();
    }

    // One that cannot be read is not known to be what was compiled.
    private static bool IsCompiled(Source source, string path)
    {
        try { return source.IsAt(path); } catch (UserErrorException) { return false; }
    }

    // Files that a build makes itself are no sources. A checkout may lie in a folder of such a name.
    private static bool IsMade(string path) => Slashed(path).Split('/').Any(part => part is "obj" or "bin");

    // Packages bring sources that are compiled into every program, such as xunit's: that they lie where they lay says nothing of the program's own.
    private static bool IsOfPackage(string path)
    {
        var folder = Path.GetDirectoryName(path);
        for (var level = 0; level < DeepestContent && folder is not null; level++, folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, ".nupkg.metadata"))) return true; // written by NuGet into each installed package
        return false;
    }

    private static bool IsIn(string root, string path) => path.StartsWith(Slashed(Path.TrimEndingDirectorySeparator(root)) + '/', StringComparison.Ordinal);

    // On Windows compilers write either; elsewhere a backslash is a character of a name.
    private static string Slashed(string path) => OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;

    private static List<Source>? Read(string assembly)
    {
        if (File.Exists(assembly + ".pdb"))
        {
            using var symbols = new MemoryStream(BoundedFile.Read(assembly + ".pdb", LongestFile));
            using var beside = MetadataReaderProvider.FromPortablePdbStream(symbols);
            return Read(beside.GetMetadataReader());
        }

        using var image = new PEReader(new MemoryStream(BoundedFile.Read(assembly + ".dll", LongestFile)));
        foreach (var entry in image.ReadDebugDirectory().Where(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb))
        {
            using var within = image.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
            return Read(within.GetMetadataReader());
        }

        return null;
    }

    // Names that are no paths, as generators give them, are no sources.
    private static List<Source> Read(MetadataReader symbols)
    {
        var sources = new List<Source>();
        foreach (var handle in symbols.Documents)
        {
            var document = symbols.GetDocument(handle);
            var (path, algorithm) = (Slashed(symbols.GetString(document.Name)), symbols.GetGuid(document.HashAlgorithm));
            if ((algorithm != Sha1 && algorithm != Sha256) || !Path.IsPathRooted(path)) continue;
            sources.Add(new(path, algorithm == Sha256, symbols.GetBlobBytes(document.Hash)));
        }

        return sources;
    }

    private sealed record Place(string Top, IReadOnlyList<string> Prefixes)
    {
        public string? Of(string source) => Prefixes.FirstOrDefault(prefix => source.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
            ? Slashed(Path.Combine(Top, source[prefix.Length..]))
            : null;
    }

    private sealed record Source(string Path, bool IsSha256, byte[] Hash)
    {
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
