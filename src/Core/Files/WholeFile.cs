namespace SafetyGate.Core.Files;

/// <summary>Writes small files whole or not at all.</summary>
internal static class WholeFile
{
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void Write(string path, byte[] bytes)
    {
        var temporary = path + ".tmp" + Invariant($"{Environment.ProcessId}");
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } directory) Directory.CreateDirectory(directory);
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            try { File.Delete(temporary); } catch (IOException) { } catch (UnauthorizedAccessException) { }
            throw new UserErrorException($"{path} cannot be written: {e.Message}", e, GateExitCode.CannotWrite);
        }
    }
}
