using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Core.Files;

/// <summary>
/// Digests of large files, each computed once a machine. An entry holds for a kind of digest and for each file's path, size, times of
/// change, device and file number (inode); files that differ in any of them are digested again.
/// </summary>
/// <remarks>
/// Files changed within the last two seconds are digested and not kept: a second write could leave the same times. Nothing is kept
/// either where the system has no time of change that programs cannot set back (other systems than Linux). Bytes that change on the
/// medium without a write show only in a verification.
/// </remarks>
/// <param name="folder">Folder of the entries, one small file each; <c>null</c> keeps nothing.</param>
/// <param name="verify">Whether every file is digested again, whatever the entries hold.</param>
/// <param name="time">The clock that files' times are compared with; the system's by default.</param>
public sealed class DigestCache(string? folder, bool verify = false, TimeProvider? time = null)
{
    /// <summary>First line of an entry.</summary>
    internal const string Format = "digest 2";

    /// <summary>Kind of SHA-256 of one file's bytes.</summary>
    internal const string FileKind = "sha256";

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Files of fewer bytes in all are digested each time: that takes no longer than to read an entry.</summary>
    internal long SmallestBytes { get; init; }

    /// <summary>SHA-256 of a file's bytes; lower-case hex.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <exception cref="IOException">The file cannot be read, or it changed while it was read.</exception>
    /// <exception cref="UserErrorException">Verification: the file's content is not that of its entry, although nothing else of it
    /// changed.</exception>
    public string Sha256(string path)
    {
        var files = Files(FileKind);
        files.Add(path);
        var digest = Of(files, () => Hash(path));
        return files.AreUnchanged() ? digest : throw new IOException($"{Path.GetFullPath(path)} changed while it was read; run the command again.");
    }

    /// <summary>An empty list of files; add each before it is opened.</summary>
    internal DigestedFiles Files(string kind) => new(kind, _time.GetUtcNow());

    /// <summary>The digest of some files: the entry's, or computed now.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Sha256"/>.</exception>
    internal string Of(DigestedFiles files, Func<string> compute) => Find(files) ?? Keep(files, compute());

    /// <summary>The digest of some files: the entry's, or computed now.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Sha256"/>.</exception>
    internal async Task<string> OfAsync(DigestedFiles files, Func<Task<string>> compute) => Find(files) ?? Keep(files, await compute());

    /// <summary>All entries, in the order of their files' paths; damaged ones are removed.</summary>
    internal IReadOnlyList<StoredDigest> Entries()
    {
        if (!Directory.Exists(folder)) return [];
        var entries = new List<StoredDigest>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.digest").Order(StringComparer.Ordinal).ToList())
        {
            if (TextOf(path) is { } text && StoredDigest.Parse(path, text) is { } entry) entries.Add(entry);
            else File.Delete(path);
        }

        return [.. entries.OrderBy(entry => entry.Paths[0], StringComparer.Ordinal).ThenBy(entry => entry.Kind, StringComparer.Ordinal)];
    }

    /// <summary>The digest in an entry's text, if it is that of these files in these states.</summary>
    internal static string? DigestIn(string text, DigestedFiles files)
    {
        var head = HeadOf(files);
        return text.StartsWith(head, StringComparison.Ordinal) && text[head.Length..] is [.. { Length: 64 } digest, '\n']
            && digest.All(char.IsAsciiHexDigitLower) ? digest : null;
    }

    private static string? TextOf(string path)
    {
        try
        {
            return BoundedFile.ReadText(path);
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private static string HeadOf(DigestedFiles files) => $"{Format}\n{files.Kind}\n{files.States}";

    private string? Find(DigestedFiles files) => !verify && Known(files) is { } known && files.AreUnchanged() ? known : null;

    private string? EntryOf(DigestedFiles files) =>
        folder is null || files.Bytes < SmallestBytes ? null : Path.Combine(folder, files.Name + ".digest");

    private string? Known(DigestedFiles files)
    {
        try
        {
            return EntryOf(files) is { } entry ? DigestIn(BoundedFile.ReadText(entry), files) : null;
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string Keep(DigestedFiles files, string digest)
    {
        if (EntryOf(files) is not { } entry || !files.AreUnchanged()) return digest;
        var known = Known(files);
        if (known is not null && known != digest)
        {
            File.Delete(entry);
            throw new UserErrorException($"{string.Join(", ", files.Paths)}: the digest of the {(files.Kind == FileKind ? "file" : files.Kind.Split(' ')[0])} is {digest}; with the same size, times and file number it was {known}. Its entry is removed; find out what wrote to the file, or whether the disk fails, before you use it.");
        }

        if (known is null && files.AreSettled) Write(entry, HeadOf(files) + digest + "\n");
        return digest;
    }

    // A folder that cannot be written costs time, not correctness.
    private static void Write(string entry, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(entry)!);
            var temporary = Invariant($"{entry}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.partial");
            WholeFile.Create(temporary, Encoding.UTF8.GetBytes(text));
            File.Move(temporary, entry, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string Hash(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
