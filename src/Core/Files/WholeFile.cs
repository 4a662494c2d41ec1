namespace SafetyGate.Core.Files;

/// <summary>Writes small files whole or not at all. A link at a file's place, or at that of its temporary copy, is never written through.</summary>
internal static class WholeFile
{
    /// <summary>Writes one file.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void Write(string path, byte[] bytes)
    {
        var temporary = path + Invariant($".tmp{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        try
        {
            RequireFile(path);
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } directory) Directory.CreateDirectory(directory);
            Create(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new UserErrorException($"{path} cannot be written: {e.Message}", e, GateExitCode.CannotWrite);
        }
    }

    /// <summary>Refuses a device or a pipe: a file that is moved onto it takes its place, <c>/dev/null</c>'s for all programs of the machine.</summary>
    /// <exception cref="IOException">It is one.</exception>
    public static void RequireFile(string path)
    {
        if (!Directory.Exists(path) && !FileState.IsRegularOrUnknown(path)) throw new IOException("it is a pipe, a socket or a device; name a file.");
    }

    /// <summary>Makes a file that is not there yet and flushes it to the disk. What lies at the path, a link too, is removed first.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> bytes)
    {
        File.Delete(path);
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Takes away the content of a file that is there, if that is possible: a full disk allows it.</summary>
    public static void TryEmpty(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, LinkTarget: null }) new FileStream(path, FileMode.Truncate, FileAccess.Write).Dispose();
        }
        catch (IOException) { }
        catch (UnauthorizedAccessException) { }
    }

    /// <summary>Deletes a file if that is possible.</summary>
    public static void TryDelete(string path)
    {
        try { File.Delete(path); } catch (IOException) { } catch (UnauthorizedAccessException) { }
    }
}
