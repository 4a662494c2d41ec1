namespace SafetyGate.Models.Engine;

/// <summary>What this process has of memory, as the system counts it.</summary>
/// <param name="Data">Bytes of private writable mappings, touched or not: what RLIMIT_DATA bounds.</param>
/// <param name="Touched">Bytes of memory without a file that were touched: what a control group counts.</param>
/// <param name="Threads">Threads; each has a stack among the mappings, of which little is ever touched.</param>
internal sealed record MappedMemory(long Data, long Touched, long Threads)
{
    private const string Status = "proc/self/status";

    /// <summary>This process's figures.</summary>
    /// <param name="root">Root of the system's files.</param>
    /// <returns><c>null</c> where the system does not tell.</returns>
    public static MappedMemory? Now(string root)
    {
        var lines = KernelFile.Lines(Path.Combine(root, Status));
        return Figure(lines, "VmData:") is { } data && Figure(lines, "RssAnon:") is { } touched && Figure(lines, "Threads:") is { } threads
            ? new(data * 1024, touched * 1024, threads)
            : null;
    }

    private static long? Figure(string[] lines, string name) => lines.Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => KernelFile.Whole(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim())).FirstOrDefault();
}
