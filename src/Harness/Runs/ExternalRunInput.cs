using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>The content of a file or a folder as one digest; neither its place nor its times.</summary>
internal static class ExternalRunInput
{
    /// <summary>
    /// SHA-256 of a file's bytes, or over the paths and SHA-256 of all files of a folder in ordinal order; lower-case hex.
    /// </summary>
    /// <exception cref="UserErrorException">There is neither file nor folder, or it cannot be read.</exception>
    public static string DigestOf(string path, string subject)
    {
        try
        {
            if (File.Exists(path)) return DigestOfFile(path);
            if (!Directory.Exists(path)) throw new UserErrorException($"{subject} is '{path}', which is neither a file nor a folder.");
            var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(path, f).Replace('\\', '/'));
            return DigestOfFiles(path, files, "folder");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{subject}, '{path}', cannot be read: {e.Message}", e);
        }
    }

    /// <summary>SHA-256 over the paths and SHA-256 of some files of a folder, in ordinal order; lower-case hex.</summary>
    public static string DigestOfFiles(string directory, IEnumerable<string> relativePaths, string kind)
    {
        var text = new StringBuilder(kind).Append('\n');
        foreach (var relative in relativePaths.Order(StringComparer.Ordinal))
            text.Append(Invariant($"{DigestOfFile(Path.Combine(directory, relative))} {relative.Length} {relative}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string DigestOfFile(string path) => MachineDigests.Open().Sha256(path);
}
