using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// Names of files that every file system takes: ASCII, no reserved device name, a limited length. A name that cannot stand as it is becomes
/// a readable slug with a digest of the exact name, so that names that differ have files that differ.
/// </summary>
internal static class PortableName
{
    /// <summary>Stands before the digest; no slug has it, so a name with a digest never equals one without.</summary>
    private const char BeforeDigest = '~';

    private const int DigestLength = 12;

    /// <summary>Characters of a stem; leaves room for the longest ending and a temporary one in the 255 bytes of a file name.</summary>
    private const int Longest = 200;

    // Windows opens a device for these, whatever the ending.
    private static readonly string[] Devices =
        ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(n => new[] { Invariant($"com{n}"), Invariant($"lpt{n}") })];

    /// <summary>The stem <c>FIRST.SECOND</c> of a file name.</summary>
    /// <param name="first">First part, such as the name of a spec class; a dot in it is replaced, so that the parts stay apart.</param>
    /// <param name="second">Second part, such as the name of a test.</param>
    public static string Of(string first, string second)
    {
        var (start, end) = (Slug(first, dots: false), Slug(second, dots: true));
        if (start.Length == 0 || Devices.Contains(start, StringComparer.OrdinalIgnoreCase)) start = "-" + start;
        var slug = WithoutMarks($"{start}.{end}");
        if (slug == $"{first}.{second}" && slug.Length <= Longest && !DiffersByCase(second)) return slug;
        var digest = Digest(first, second);
        var room = Longest - DigestLength - 1;
        return $"{(slug.Length <= room ? slug : slug[..room])}{BeforeDigest}{digest}";
    }

    /// <summary>Name of a file that is there already and would be the same one where case does not count; <c>null</c> if there is none.</summary>
    /// <param name="directory">The folder; need not exist.</param>
    /// <param name="file">Name of the file.</param>
    public static string? Twin(string directory, string file) => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).FirstOrDefault(name => name != file && string.Equals(name, file, StringComparison.OrdinalIgnoreCase))
        : null;

    // Classes and methods of one name but for case are refused where they are found; arguments of a theory come as they are.
    private static bool DiffersByCase(string test) =>
        test.IndexOf('=', StringComparison.Ordinal) is var arguments and >= 0 && test[arguments..].Any(char.IsAsciiLetterUpper);

    // Tools for Verify's snapshots split a name at the first of these.
    private static string WithoutMarks(string name) =>
        name.Replace(".received", "-received", StringComparison.Ordinal).Replace(".verified", "-verified", StringComparison.Ordinal);

    private static string Slug(string name, bool dots) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '=' or ',' or '(' or ')' || (dots && c == '.') ? c : '-'));

    // Of the code units themselves: no encoding folds what is no character.
    private static string Digest(string first, string second)
    {
        var text = $"{first.Length}:{first}{second}";
        var bytes = new byte[2 * text.Length];
        for (var i = 0; i < text.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), text[i]);
        return Convert.ToHexStringLower(SHA256.HashData(bytes))[..DigestLength];
    }
}
