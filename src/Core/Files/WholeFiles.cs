namespace SafetyGate.Core.Files;

/// <summary>
/// Writes several small files, all of them or none: each is written beside its place and flushed to the disk, then all are moved into
/// place; what a failure finds already moved is put back as it was.
/// </summary>
internal static class WholeFiles
{
    /// <summary>Writes the files.</summary>
    /// <param name="files">Paths and contents; the paths differ.</param>
    /// <param name="create">Writes a new file; <see cref="WholeFile.Create"/> by default.</param>
    /// <exception cref="UserErrorException">One of them cannot be written (exit code 74); none is changed.</exception>
    public static void Write(IReadOnlyList<(string Path, byte[] Bytes)> files, Action<string, byte[]>? create = null)
    {
        var mark = Invariant($"{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        var moved = new List<(string Path, string? Before)>();
        var current = "";
        try
        {
            foreach (var (path, bytes) in files)
            {
                current = path;
                if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } directory) Directory.CreateDirectory(directory);
                if (create is null) WholeFile.Create(Staged(path, mark), bytes);
                else create(Staged(path, mark), bytes);
            }

            foreach (var (path, _) in files)
            {
                current = path;
                var before = File.Exists(path) ? path + ".old" + mark : null;
                if (before is not null) File.Move(path, before, overwrite: true);
                moved.Add((path, before));
                File.Move(Staged(path, mark), path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var lost = Restore(moved);
            foreach (var (path, _) in files) WholeFile.TryDelete(Staged(path, mark));
            throw new UserErrorException(
                $"{current} cannot be written: {e.Message}{(files.Count > 1 ? Invariant($" None of the {files.Count} files is changed.") : "")}{lost}",
                e, GateExitCode.CannotWrite);
        }

        foreach (var (_, before) in moved)
            if (before is not null) WholeFile.TryDelete(before);
    }

    private static string Staged(string path, string mark) => path + ".tmp" + mark;

    // Moves need no room on the disk. One that fails all the same is named, with the place of the former content.
    private static string Restore(List<(string Path, string? Before)> moved)
    {
        var lost = "";
        foreach (var (path, before) in Enumerable.Reverse(moved))
        {
            try
            {
                if (before is not null) File.Move(before, path, overwrite: true);
                else File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                lost += before is null ? $" But {path} could not be removed again: {e.Message}" : $" But {path} could not be put back from {before}: {e.Message}";
            }
        }

        return lost;
    }
}
