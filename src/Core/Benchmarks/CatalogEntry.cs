using System.Security.Cryptography;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Benchmarks;

/// <summary>A public benchmark: location, required digest, license, and how it is read.</summary>
public sealed record CatalogEntry
{
    /// <summary>Name on the command line, such as <c>xstest-safe</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Address of the file; https only. <c>null</c> for a file that is made of another one (<see cref="Derived"/>).</summary>
    public required Uri? Url { get; init; }

    /// <summary>How the file is made of the original, where it is not the original byte for byte; <c>null</c> where it is.</summary>
    public string? Derived { get; init; }

    /// <summary>Work to be cited; may be empty.</summary>
    public string Citation { get; init; } = "";

    /// <summary>
    /// SHA-256 of the file; 64 lower-case hex digits. Copies in circulation differ, so it is checked before the file is trusted.
    /// </summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the file in bytes; <c>null</c> when not known.</summary>
    public long? Bytes { get; init; }

    /// <summary>Name of the file in the local folder.</summary>
    public required string File { get; init; }

    /// <summary>License of the data.</summary>
    public required string License { get; init; }

    /// <summary>Meaning of a score of 1.</summary>
    public required MetricDirection Direction { get; init; }

    /// <summary>Format of the file.</summary>
    public required BenchmarkFormat Format { get; init; }

    /// <summary>Which column holds what.</summary>
    public required ColumnMapping Columns { get; init; }

    /// <summary>Rows to keep, as <c>label=safe</c>; <c>null</c> keeps all.</summary>
    public string? Where { get; init; }

    /// <summary>Items it gives.</summary>
    public required int Items { get; init; }

    /// <summary>Name of the scorer that fits: <c>refusal</c>, <c>compliance</c> or <c>math</c>.</summary>
    public required string Scorer { get; init; }

    /// <summary>Notes for users; may be empty.</summary>
    public string Notes { get; init; } = "";

    /// <summary>Reads the benchmark from a copy of its file.</summary>
    /// <exception cref="UserErrorException">The bytes are not those of the catalog, or the file breaks a rule. Exit code 65.</exception>
    public Benchmark Load(string path) => Parse(Read(path), path);

    /// <summary>Reads the benchmark from the bytes of its file.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="source">Name of the file in messages.</param>
    /// <exception cref="UserErrorException">The bytes are not those of the catalog, or the file breaks a rule. Exit code 65.</exception>
    public Benchmark Parse(byte[] bytes, string source)
    {
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (found != Sha256) throw new UserErrorException($"{source} is not the {Name} of the catalog: its sha256 is {found}, expected {Sha256}. {(LineEndings.AloneDiffer(bytes, Sha256) ? "Only its line endings differ (CRLF and LF), as git's core.autocrlf changes them: mark the file '-text' in .gitattributes and check it out again, or fetch" : "Fetch")} it again{(Url is null ? "" : $" from {Url}")}.");
        var benchmark = BenchmarkFile.Parse(bytes, source, new BenchmarkFileOptions { Name = Name, Direction = Direction, Format = Format, Columns = Columns, Where = Where });
        return benchmark.Items.Count == Items
            ? benchmark
            : throw new UserErrorException(Invariant($"{source} gives {benchmark.Items.Count} items, the catalog has {Items} for {Name}."));
    }

    /// <summary>The bytes of a copy; one of another length is read too, so that it is told by its digest.</summary>
    internal byte[] Read(string path) => Utf8File.Read(path, Math.Max(Bytes ?? 0, LargestUnknown));

    /// <summary>Most bytes that are fetched of the file.</summary>
    internal long MaximumBytes => Bytes ?? LargestUnknown;

    private const long LargestUnknown = 64L << 20;
}
