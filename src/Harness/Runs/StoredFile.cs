using System.Security.Cryptography;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>A file of a finished run and its required content.</summary>
public sealed record StoredFile
{
    /// <summary>Path inside the run's folder, with <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the bytes; lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Lists <c>checkpoint/</c> and <c>metrics.jsonl</c> of a run's folder, in ordinal order of their paths.</summary>
    /// <param name="runDirectory">Folder of the run.</param>
    /// <param name="digests">Digests of files that have not changed since.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal static async Task<IReadOnlyList<StoredFile>> ListAsync(string runDirectory, DigestCache digests,
        CancellationToken cancellationToken)
    {
        var files = new List<StoredFile>();
        foreach (var path in PathsIn(runDirectory))
        {
            var full = System.IO.Path.Combine(runDirectory, path);
            var digested = digests.Files(DigestCache.FileKind);
            var bytes = digested.Add(full);
            var sha256 = await digests.OfAsync(digested, async () =>
            {
                await using var stream = BoundedFile.Open(full);
                return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
            });
            files.Add(new StoredFile { Path = path, Bytes = bytes, Sha256 = sha256 });
        }

        return files;
    }

    /// <summary>The first difference between the record and the files of a run's folder; <c>null</c> if there is none.</summary>
    internal static async Task<string?> FirstProblemAsync(string runDirectory, IReadOnlyList<StoredFile> recorded,
        DigestCache digests, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(System.IO.Path.Combine(runDirectory, RunLayout.Checkpoint))) return "the folder checkpoint/ is missing";
        var present = await ListAsync(runDirectory, digests, cancellationToken);
        var byPath = present.ToDictionary(f => f.Path, StringComparer.Ordinal);
        foreach (var expected in recorded)
        {
            if (!byPath.Remove(expected.Path, out var found)) return $"{expected.Path} is missing";
            if (found.Bytes != expected.Bytes) return Invariant($"{expected.Path} has {found.Bytes} bytes; {expected.Bytes} were recorded");
            if (found.Sha256 != expected.Sha256) return $"{expected.Path} has the SHA-256 {found.Sha256}; {expected.Sha256} was recorded";
        }

        return byPath.Count == 0 ? null : $"{byPath.Keys.Order(StringComparer.Ordinal).First()} was added after the run was finished";
    }

    private static IEnumerable<string> PathsIn(string runDirectory)
    {
        var checkpoint = System.IO.Path.Combine(runDirectory, RunLayout.Checkpoint);
        var paths = Directory.Exists(checkpoint)
            ? Directory.EnumerateFiles(checkpoint, "*", SearchOption.AllDirectories)
                .Select(f => System.IO.Path.GetRelativePath(runDirectory, f).Replace('\\', '/'))
            : [];
        if (File.Exists(System.IO.Path.Combine(runDirectory, RunLayout.Metrics))) paths = paths.Append(RunLayout.Metrics);
        return paths.Order(StringComparer.Ordinal);
    }
}
