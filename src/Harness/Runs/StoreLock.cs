using System.Collections.Concurrent;
using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// A lock between processes, and inside one, on a name in the store. The system releases it when its process ends, however it ends.
/// </summary>
/// <remarks>
/// A file opened without sharing: <c>flock</c> on Unix, a sharing mode on Windows. The file stays when the lock is released; removing
/// it would let two holders lock two files of one name. A file beside it names the holder of the lock, for the message of those who wait.
/// </remarks>
public sealed class StoreLock : IDisposable
{
    private const int PollMilliseconds = 200;
    private const int PollsBetweenReports = 25;
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> InProcess = new(StringComparer.Ordinal);
    private readonly FileStream _file;
    private readonly SemaphoreSlim _gate;
    private bool _released;

    private StoreLock(FileStream file, SemaphoreSlim gate) => (_file, _gate) = (file, gate);

    /// <summary>Takes the lock, waiting as long as another holds it.</summary>
    /// <param name="path">The lock's file; its folder is made.</param>
    /// <param name="purpose">Purpose of the holder, shown to those who wait.</param>
    /// <param name="waiting">Called when waiting begins and every few seconds, with who holds the lock.</param>
    /// <param name="time">The clock to wait by.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="UserErrorException">The file cannot be made.</exception>
    public static async Task<StoreLock> AcquireAsync(string path, string purpose, Action<string> waiting, TimeProvider time,
        CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        var gate = InProcess.GetOrAdd(path, _ => new SemaphoreSlim(1));
        for (var poll = 0; ; poll++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(path, gate, purpose) is { } taken) return taken;
            if (poll % PollsBetweenReports == 0) waiting(HolderOf(path));
            await Task.Delay(TimeSpan.FromMilliseconds(PollMilliseconds), time, cancellationToken);
        }
    }

    /// <summary>Takes the lock if no one holds it.</summary>
    /// <param name="path">The lock's file; its folder is made.</param>
    /// <param name="purpose">Purpose of the holder, shown to those who wait.</param>
    /// <returns>The lock; <c>null</c> if another has it.</returns>
    /// <exception cref="UserErrorException">The file cannot be made.</exception>
    public static StoreLock? TryAcquire(string path, string purpose)
    {
        path = Path.GetFullPath(path);
        return TryTake(path, InProcess.GetOrAdd(path, _ => new SemaphoreSlim(1)), purpose);
    }

    /// <summary>Whether someone holds the lock now. Its file is not made.</summary>
    /// <param name="path">The lock's file.</param>
    internal static bool IsHeld(string path)
    {
        path = Path.GetFullPath(path);
        if (!File.Exists(path)) return false;
        var gate = InProcess.GetOrAdd(path, _ => new SemaphoreSlim(1));
        if (!gate.Wait(0, CancellationToken.None)) return true;
        if (TryOpen(path, gate) is not { } file) return true;
        file.Dispose();
        gate.Release();
        return false;
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        if (_released) return;
        _released = true;
        _file.Dispose();
        _gate.Release();
    }

    private static StoreLock? TryTake(string path, SemaphoreSlim gate, string purpose)
    {
        if (!gate.Wait(0, CancellationToken.None) || TryOpen(path, gate) is not { } file) return null;
        NoteHolder(path, purpose);
        return new StoreLock(file, gate);
    }

    private static FileStream? TryOpen(string path, SemaphoreSlim gate)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException e) when (HeldFile.IsHeld(e))
        {
            gate.Release();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            gate.Release();
            throw StorageErrors.CannotWrite($"the lock {path}", e);
        }
    }

    private static void NoteHolder(string path, string purpose)
    {
        try
        {
            WholeFile.Write(path + ".holder", Encoding.UTF8.GetBytes(Invariant($"process {Environment.ProcessId}: {purpose}")));
        }
        catch (UserErrorException)
        {
            // Only the words of a waiting message are lost; the lock itself is held.
        }
    }

    private static string HolderOf(string path)
    {
        try
        {
            return File.ReadAllText(path + ".holder", Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
