using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Core.Files;

/// <summary>Files that one digest covers, each in the state it had before it was opened.</summary>
/// <param name="kind">What is digested and how, in one line; another kind is another digest of the same files.</param>
/// <param name="taken">Time before the first state was taken.</param>
internal sealed class DigestedFiles(string kind, DateTimeOffset taken)
{
    // A write within one tick of the file system's clock changes no time. FAT has the coarsest clock, two seconds.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    private readonly List<(string Path, FileState State)> _files = [];

    /// <summary>What is digested and how.</summary>
    public string Kind => kind;

    /// <summary>Absolute paths of the files.</summary>
    public IEnumerable<string> Paths => _files.Select(file => file.Path);

    /// <summary>Bytes of all files.</summary>
    public long Bytes => _files.Sum(file => file.State.Size);

    /// <summary>The states, one line a file.</summary>
    public string States => string.Concat(_files.Select(file => $"{file.State} {file.Path}\n"));

    /// <summary>Name of the entry: the same for the same kind and paths.</summary>
    public string Name => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{kind}\n{string.Concat(_files.Select(file => file.Path + "\n"))}")))[..32];

    /// <summary>
    /// Whether a later write to any of the files must show in its state: the system keeps a time of change, and it was long past when the
    /// states were taken.
    /// </summary>
    public bool AreSettled => _files.All(file => file.State.Changed > 0 && file.State.LastChange <= taken - Tick);

    /// <summary>Adds a file; call it before the file is opened.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <returns>Size in bytes.</returns>
    /// <exception cref="IOException">There is no such file.</exception>
    public long Add(string path)
    {
        var full = Path.GetFullPath(path);
        _files.Add((full, FileState.Of(full)));
        return _files[^1].State.Size;
    }

    /// <summary>Whether every file still is in its state.</summary>
    public bool AreUnchanged()
    {
        try
        {
            return _files.All(file => FileState.Of(file.Path) == file.State);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
