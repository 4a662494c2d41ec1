using System.Text.Json;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>Lists the runs of a store and removes them. A run that a process trains or reads under its lock is left alone.</summary>
/// <param name="root">The store's folder; need not exist.</param>
public sealed class StoreInventory(string root)
{
    private const string Partial = ".partial", Removed = "removed-";
    private const int DigestLength = 64;
    private readonly StoreTrust _trust = StoreTrust.FromEnvironment();

    /// <summary>The store's folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>All runs, the last written first; those too whose removal was cut off.</summary>
    /// <exception cref="UserErrorException">Others could write to the store.</exception>
    public IReadOnlyList<StoredRun> Runs()
    {
        _trust.RequireRoot(Root);
        _trust.Require(Folder("runs"), Folder("corrupt"));
        var found = In("runs").Where(IsRun).Select(Of).Concat(In("corrupt").Where(IsRun).Select(Aside)).Concat(HalfRemoved().Select(CutOff));
        return [.. found.OfType<StoredRun>().OrderByDescending(run => run.LastWritten).ThenBy(run => run.Digest, StringComparer.Ordinal)];
    }

    /// <summary>What lies among the runs and is none, by its name: files, and folders that are not called as runs are. Never removed.</summary>
    public IReadOnlyList<string> Foreign() =>
        [.. new[] { "runs", "corrupt" }.Where(name => Directory.Exists(Folder(name))).SelectMany(name => Directory.GetFileSystemEntries(Folder(name))).Where(entry => !IsRun(entry) || !Directory.Exists(entry)).Order(StringComparer.Ordinal)];

    /// <summary>The runs whose digest begins so, or whose recipe is called so.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public IReadOnlyList<StoredRun> Find(string name)
    {
        var all = Runs();
        List<StoredRun> found = [.. all.Where(run => run.Record?.Name == name || (name.Length >= 4 && run.Digest.StartsWith(name, StringComparison.Ordinal)))];
        return found.Count > 0 ? found : throw new UserErrorException(Invariant($"The store {Root} has no run '{name}' among its {all.Count}. Give a recipe's name or at least 4 digits of a run's digest; gate runs list prints both."));
    }

    /// <summary>Removes a run.</summary>
    /// <returns>False if a process holds it.</returns>
    /// <exception cref="UserErrorException">It cannot be removed (exit code 74).</exception>
    public bool Remove(StoredRun run)
    {
        try
        {
            using var held = StoreLock.TryAcquire(LockOf(run.Digest), "removes the run");
            if (held is null) return false;
            // A run that is half gone must not be found under its name.
            var aside = run.State == StoredRunState.HalfRemoved ? run.Folder : Path.Combine(Root, Removed + Path.GetFileName(run.Folder));
            if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
            if (aside == run.Folder || !Directory.Exists(run.Folder)) return true; // the latter: another process was faster
            Directory.Move(run.Folder, aside);
            Directory.Delete(aside, recursive: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"The run {run.Folder} cannot be removed: {e.Message}", e, GateExitCode.CannotWrite);
        }
    }

    private string Folder(string name) => Path.Combine(Root, name);

    private string LockOf(string digest) => Path.Combine(Root, "locks", digest + ".lock");

    private string[] In(string name) => Directory.Exists(Folder(name)) ? Directory.GetDirectories(Folder(name)) : [];

    private string[] HalfRemoved() => Directory.Exists(Root) ? [.. Directory.GetDirectories(Root, Removed + "*").Where(folder => IsRunName(Path.GetFileName(folder)[Removed.Length..]))] : [];

    private static bool IsRun(string folder) => IsRunName(Path.GetFileName(folder));

    // A digest, and behind it nothing, ".partial", or the number of what was moved aside.
    private static bool IsRunName(string name) =>
        name.Length >= DigestLength && name.AsSpan(0, DigestLength).IndexOfAnyExcept("0123456789abcdef") < 0
        && (name.Length == DigestLength || name[DigestLength..] == Partial || (name[DigestLength] == '-' && name.Length > DigestLength + 1 && name.AsSpan(DigestLength + 1).IndexOfAnyExcept("0123456789") < 0));

    private static string WithoutPartial(string name) => name.EndsWith(Partial, StringComparison.Ordinal) ? name[..^Partial.Length] : name;

    private StoredRun? Of(string folder)
    {
        var name = Path.GetFileName(folder);
        var isPartial = name.EndsWith(Partial, StringComparison.Ordinal);
        var digest = WithoutPartial(name);
        var (record, problem) = isPartial ? (null, Failure(folder)) : Record(folder, digest);
        return With(folder, digest, record, problem,
            record is not null ? StoredRunState.Finished
            : !isPartial ? StoredRunState.Corrupt
            : StoreLock.IsHeld(LockOf(digest)) ? StoredRunState.Training
            : StoredRunState.Interrupted);
    }

    private StoredRun? Aside(string folder) =>
        With(folder, Path.GetFileName(folder), null, "it was moved aside when its files were found changed", StoredRunState.Corrupt);

    private StoredRun? CutOff(string folder) =>
        With(folder, WithoutPartial(Path.GetFileName(folder)[Removed.Length..]), null, "its removal was cut off; any prune ends it", StoredRunState.HalfRemoved);

    // None where another process removed it meanwhile.
    private static StoredRun? With(string folder, string digest, RunRecord? record, string? problem, StoredRunState state)
    {
        List<FileInfo> files;
        try
        {
            files = [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Select(path => new FileInfo(path))];
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }

        return new()
        {
            Digest = digest,
            Folder = folder,
            State = state,
            Record = record,
            Problem = problem,
            Bytes = files.Sum(file => file.Exists ? file.Length : 0),
            LastWritten = files.Where(file => file.Exists).Select(file => file.LastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(folder)).Max(),
        };
    }

    private static (RunRecord?, string?) Record(string folder, string digest)
    {
        try
        {
            var record = RunRecord.Parse(BoundedFile.ReadText(Path.Combine(folder, RunLayout.Record)));
            return record.Digest == digest ? (record, null) : (null, $"its run.json is that of run {record.Digest}");
        }
        catch (Exception e) when (e is JsonException or UserErrorException or IOException)
        {
            return (null, $"its run.json cannot be read: {e.Message}");
        }
    }

    private static string? Failure(string folder)
    {
        try
        {
            var path = Path.Combine(folder, RunLayout.Failure);
            return File.Exists(path) ? BoundedFile.ReadText(path).Trim() : null;
        }
        catch (UserErrorException)
        {
            return null; // it was resumed meanwhile
        }
    }
}
