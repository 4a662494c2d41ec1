using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Catalogs;

/// <summary>
/// The local copies of a catalog's files. A copy is read through its sha256 every time, so it does not matter who can write the folder: other
/// bytes are refused.
/// </summary>
public sealed class CatalogFolder
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "SAFETYGATE_BENCHMARKS";

    /// <summary>A folder for a catalog's files.</summary>
    /// <param name="path">The folder; it is made when a file is kept.</param>
    /// <param name="catalog">The catalog; the product's when <c>null</c>.</param>
    public CatalogFolder(string path, BenchmarkCatalog? catalog = null) => (Path, Catalog) = (System.IO.Path.GetFullPath(path), catalog ?? BundledCatalog.Catalog);

    /// <summary><c>$SAFETYGATE_BENCHMARKS</c>, else <c>benchmarks</c> in the run store.</summary>
    public static string DefaultPath => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? System.IO.Path.GetFullPath(named)
        : System.IO.Path.Combine(StoreLocation.FromEnvironment(), "benchmarks");

    /// <summary>The product's catalog with the folder of the environment.</summary>
    public static CatalogFolder FromEnvironment() => new(DefaultPath);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The catalog.</summary>
    public BenchmarkCatalog Catalog { get; }

    /// <summary>Where the file of an entry is kept.</summary>
    public string PathOf(CatalogEntry entry) => System.IO.Path.Combine(Path, entry.File);

    /// <summary>Whether there is a file for an entry, whatever its bytes.</summary>
    public bool Has(CatalogEntry entry) => File.Exists(PathOf(entry));

    /// <summary>Reads a benchmark.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <exception cref="UserErrorException">No such entry (64), no file, or other bytes than the catalog names (65); the message has the
    /// command that fetches it.</exception>
    public Benchmark Load(string name) => Load(Catalog.Find(name));

    /// <summary>Reads a benchmark.</summary>
    /// <param name="entry">Its entry.</param>
    /// <exception cref="UserErrorException">No file, or other bytes than the catalog names (65).</exception>
    public Benchmark Load(CatalogEntry entry) => Has(entry)
        ? entry.Load(PathOf(entry))
        : throw new UserErrorException($"The benchmark '{entry.Name}' is not in {Path} yet. Fetch it: {GateCommandName.Text} benchmarks pull {entry.Name}{(entry.Url is null ? " --from FILE" : "")}. Offline, --from FILE takes a copy of the file; its sha256 is checked either way.");

    /// <summary>Keeps the file of an entry, after its bytes were found to be those of the catalog; whole or not at all.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The benchmark.</returns>
    /// <exception cref="UserErrorException">Other bytes than the catalog names (65), or the folder cannot be written (74).</exception>
    public Benchmark Keep(CatalogEntry entry, byte[] bytes, string source)
    {
        var benchmark = entry.Parse(bytes, source);
        WholeFile.Write(PathOf(entry), bytes);
        return benchmark;
    }

    /// <summary>Keeps a copy of a file of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="path">The file.</param>
    /// <returns>The benchmark.</returns>
    /// <exception cref="UserErrorException">The file cannot be read, has other bytes, or the folder cannot be written.</exception>
    public Benchmark KeepCopy(CatalogEntry entry, string path) => Keep(entry, entry.Read(path), path);
}
