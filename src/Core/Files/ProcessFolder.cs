using System.Diagnostics;
using System.Globalization;

namespace SafetyGate.Core.Files;

/// <summary>
/// A private temporary folder of this process, removed when it is disposed. Folders of processes that were killed are removed when the next
/// one of the same purpose is made.
/// </summary>
internal sealed class ProcessFolder : IDisposable
{
    private ProcessFolder(string path) => Path = path;

    /// <summary>The folder; only its owner can look into it.</summary>
    public string Path { get; }

    /// <summary>Makes a folder.</summary>
    /// <param name="purpose">What it is for, in letters and dashes; part of its name.</param>
    /// <exception cref="UserErrorException">It cannot be made (exit code 74).</exception>
    public static ProcessFolder Create(string purpose)
    {
        var prefix = $"safetygate-{purpose}-";
        try
        {
            RemoveLeftovers(System.IO.Path.GetTempPath(), prefix);
            return new(Directory.CreateTempSubdirectory(Invariant($"{prefix}{Environment.ProcessId}-")).FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"A temporary folder cannot be made in {System.IO.Path.GetTempPath()}: {e.Message} Set TMPDIR to a folder that can be written.", e, GateExitCode.CannotWrite);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Remove(Path);

    private static void RemoveLeftovers(string parent, string prefix)
    {
        foreach (var folder in Directory.EnumerateDirectories(parent, prefix + "*").ToList())
        {
            var id = System.IO.Path.GetFileName(folder)[prefix.Length..].Split('-')[0];
            if (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !IsRunning(process)) Remove(folder);
        }
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return true; // another user's
        }
    }

    // Another user's folder stays; so does one that somebody removes at the same moment.
    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
