using System.Globalization;

namespace SafetyGate.Core.Files;

/// <summary>An entry of a <see cref="DigestCache"/>.</summary>
/// <param name="Entry">Path of the entry.</param>
/// <param name="Kind">What is digested and how.</param>
/// <param name="Paths">Paths of the files.</param>
/// <param name="IsCurrent">Whether every file is there and in the state it was digested in.</param>
internal sealed record StoredDigest(string Entry, string Kind, IReadOnlyList<string> Paths, bool IsCurrent)
{
    private const int NumbersOfState = 5;

    /// <summary>Parses an entry.</summary>
    /// <returns><c>null</c> if it is damaged or of another format.</returns>
    internal static StoredDigest? Parse(string entry, string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 5 || lines[0] != DigestCache.Format || lines[^1].Length > 0) return null;
        var files = new DigestedFiles(lines[1], default);
        var paths = new List<string>();
        foreach (var line in lines[2..^2])
        {
            var parts = line.Split(' ', NumbersOfState + 1);
            if (parts.Length <= NumbersOfState || !parts[..NumbersOfState].All(IsNumber) || !Path.IsPathRooted(parts[^1])) return null;
            paths.Add(parts[^1]);
        }

        return new(entry, lines[1], paths, AreCurrent(files, paths, text));
    }

    private static bool AreCurrent(DigestedFiles files, List<string> paths, string text)
    {
        try
        {
            foreach (var path in paths) files.Add(path);
            return DigestCache.DigestIn(text, files) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsNumber(string text) => Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
