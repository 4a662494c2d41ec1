using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Core.Files;

/// <summary>
/// SHA-256 digests of large files, each computed once a machine. An entry holds for one path, size, time of change and file number (inode);
/// a file that differs in any of them is hashed again.
/// </summary>
/// <param name="folder">Folder of the entries, one small file for each hashed file; <c>null</c> keeps nothing.</param>
/// <param name="verify">Whether every file is hashed again, whatever the entries hold.</param>
public sealed class DigestCache(string? folder, bool verify = false)
{
    private const string Format = "digest 1";

    /// <summary>The digest of a file; lower-case hex.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <exception cref="IOException">The file cannot be read, or it changed while it was read.</exception>
    /// <exception cref="UserErrorException">Verification: the file's content is not that of its entry, although nothing else of it
    /// changed.</exception>
    public string Sha256(string path)
    {
        var full = Path.GetFullPath(path);
        var (state, entry) = (FileState.Of(full), EntryFor(full));
        var known = entry is null ? null : Read(entry, full, state);
        if (known is not null && !verify) return known;

        var digest = Hash(full);
        if (FileState.Of(full) != state) throw new IOException($"{full} changed while it was read; run the command again.");
        if (known is not null && known != digest)
        {
            File.Delete(entry!);
            throw new UserErrorException($"{full} has the digest {digest}; with the same size, time and file number it had {known}. Its entry is removed; find out what wrote to the file before you use it.");
        }

        if (entry is not null && known is null) Write(entry, full, state, digest);
        return digest;
    }

    private string? EntryFor(string path) =>
        folder is null
            ? null
            : Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..32] + ".digest");

    private static string? Read(string entry, string path, FileState state)
    {
        try
        {
            return File.ReadAllText(entry).Split('\n') is [Format, var file, var was, var digest, ""] && file == path
                && was == state.ToString() && IsDigest(digest) ? digest : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    // A folder that cannot be written costs time, not correctness.
    private static void Write(string entry, string path, FileState state, string digest)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(entry)!);
            var temporary = Invariant($"{entry}.{Environment.ProcessId}.partial");
            File.WriteAllText(temporary, $"{Format}\n{path}\n{state}\n{digest}\n");
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
