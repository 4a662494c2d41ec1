namespace SafetyGate.Models.Engine;

/// <summary>Shared libraries that are mapped into this process (Linux).</summary>
internal static class MappedFiles
{
    /// <summary>Absolute paths with links resolved, each once, sorted.</summary>
    internal static IReadOnlyList<string> Now()
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines("/proc/self/maps"))
            if (line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var start && line.Contains(".so", StringComparison.Ordinal))
                paths.Add(line[start..]);
        return [.. paths];
    }
}
