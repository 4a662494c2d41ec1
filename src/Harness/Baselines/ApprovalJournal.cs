using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// What an approval is about to write, noted in the folder of the baselines before it does: a killed one is finished, or taken back where
/// its files were not complete, by the next command that approves. A file that is held open while the approval lasts.
/// </summary>
/// <param name="Mark">The mark in the names of files that are not in their places yet.</param>
/// <param name="Files">Places and SHA-256 of the files; relative to the folder.</param>
/// <param name="Received">Received files that go away then.</param>
public sealed record ApprovalJournal(string Mark, IReadOnlyList<ApprovalJournal.Entry> Files, IReadOnlyList<string> Received)
{
    private const string Prefix = "approving.", Suffix = ".journal";

    /// <summary>Place and content of one file.</summary>
    /// <param name="Path">The place.</param>
    /// <param name="Sha256">SHA-256 of the content.</param>
    /// <param name="IsNew">Whether nothing lay there before.</param>
    public sealed record Entry(string Path, string Sha256, bool IsNew = false);

    /// <summary>Writes several files, all of them or none, whenever the process ends.</summary>
    /// <param name="directory">Folder of the baselines.</param>
    /// <param name="files">Paths and contents; the paths differ.</param>
    /// <param name="received">Paths of received files to be removed.</param>
    /// <exception cref="UserErrorException">One of them cannot be written (exit code 74); none is changed.</exception>
    internal static void Write(string directory, IReadOnlyList<(string Path, byte[] Bytes)> files, IReadOnlyList<string> received)
    {
        var mark = Invariant($"{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        string Relative(string path) => Path.GetRelativePath(directory, path);
        var journal = new ApprovalJournal(mark, [.. files.Select(file => new Entry(Relative(file.Path), Sha256(file.Bytes), !File.Exists(file.Path)))], [.. received.Select(Relative)]);
        var path = Path.Combine(directory, Prefix + mark + Suffix);
        var held = Begin(path, journal);
        try
        {
            WholeFiles.Write(files);
            foreach (var one in received) WholeFile.TryDelete(one);
        }
        finally
        {
            held.Dispose();
            WholeFile.TryDelete(path);
        }
    }

    /// <summary>Finishes approvals that were interrupted, or takes them back where not all of their files had been written.</summary>
    /// <param name="directory">Folder of the baselines; need not exist.</param>
    /// <returns>What was done, a sentence for each.</returns>
    /// <exception cref="UserErrorException">One is going on at this moment, or cannot be finished (exit code 74).</exception>
    public static IReadOnlyList<string> Finish(string directory) => [.. In(directory).Select(path => Finish(directory, path)).OfType<string>()];

    /// <summary>Approvals that were interrupted, or are going on, a sentence for each.</summary>
    /// <param name="directory">Folder of the baselines; need not exist.</param>
    public static IReadOnlyList<string> Problems(string directory) =>
        [.. In(directory).Select(path => $"{path}: an approval was interrupted, or is going on. '{GateCommandName.Text} approve --why \"…\"' finishes it first, or takes it back where its files were not complete.")];

    /// <summary>Whether a name is of a file that an approval has not put in its place yet, or has taken from it.</summary>
    internal static bool IsUnfinished(string name)
    {
        var end = name.AsSpan(name.LastIndexOf('.') + 1);
        if (!end.StartsWith("tmp", StringComparison.Ordinal) && !end.StartsWith("old", StringComparison.Ordinal)) return false;
        var dash = end.IndexOf('-');
        return dash > 3 && dash + 1 < end.Length && end[3..dash].IndexOfAnyExceptInRange('0', '9') < 0 && end[(dash + 1)..].IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static string? Finish(string directory, string path)
    {
        try
        {
            string done;
            using (var held = BoundedFile.Open(path, FileShare.None)) // waits for one that is going on
            using (var content = new MemoryStream(BoundedFile.Read(held, path, BoundedFile.Small)))
                done = Parse(content)?.Complete(directory) ?? $"an approval that was interrupted before it wrote anything is forgotten ({path})";
            File.Delete(path);
            return done;
        }
        catch (UserErrorException) when (!File.Exists(path))
        {
            return null; // it has ended meanwhile
        }
        catch (UserErrorException e) when (e.InnerException is IOException io && HeldFile.IsHeld(io))
        {
            throw new UserErrorException($"Another process approves results in {directory} at this moment ({path}). Wait for it, and run the command again.", e, GateExitCode.CannotWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"The interrupted approval {path} cannot be finished: {e.Message}", e, GateExitCode.CannotWrite);
        }
    }

    private string Complete(string directory)
    {
        List<(string Path, string Staged, string Old, Entry File)> files = [.. Files.Select(file => Path.Combine(directory, file.Path))
            .Zip(Files, (path, file) => (path, $"{path}.tmp{Mark}", $"{path}.old{Mark}", file))];
        var isWhole = files.All(one => Is(one.Staged, one.File.Sha256) || Is(one.Path, one.File.Sha256));
        foreach (var (path, staged, old, file) in files)
        {
            if (isWhole && Is(staged, file.Sha256)) File.Move(staged, path, overwrite: true);
            else if (!isWhole && File.Exists(old)) File.Move(old, path, overwrite: true);
            else if (!isWhole && file.IsNew && Is(path, file.Sha256)) File.Delete(path); // it was in its place already
            File.Delete(staged);
            File.Delete(old);
        }

        if (!isWhole) return $"an approval that was interrupted before all of its files were written is taken back ({Names})";
        foreach (var received in Received) WholeFile.TryDelete(Path.Combine(directory, received));
        return $"an approval that was interrupted is finished ({Names})";
    }

    private string Names => string.Join(", ", Files.Where(file => !file.Path.EndsWith(".md", StringComparison.Ordinal)).Select(file => file.Path));

    private static FileStream Begin(string path, ApprovalJournal journal)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.Delete(path);
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            file.Write(JsonSerializer.SerializeToUtf8Bytes(journal));
            file.Flush(flushToDisk: true);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WholeFile.TryDelete(path);
            throw new UserErrorException($"{path} cannot be written: {e.Message} Nothing is approved.", e, GateExitCode.CannotWrite);
        }
    }

    private static ApprovalJournal? Parse(MemoryStream content)
    {
        try
        {
            return JsonSerializer.Deserialize<ApprovalJournal>(content) is { Mark: not null, Files: not null, Received: not null } journal
                && journal.Mark.All(c => char.IsAsciiDigit(c) || c == '-') && journal.Files.All(file => IsInside(file.Path)) && journal.Received.All(IsInside) ? journal : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Whatever a file of the repository says, nothing outside the folder is moved or deleted.
    private static bool IsInside(string path) => path is { Length: > 0 } && !Path.IsPathRooted(path) && !path.Split('/', '\\').Contains("..");

    private static bool Is(string path, string sha256) => File.Exists(path) && FileState.IsRegularOrUnknown(path) && Sha256(BoundedFile.Read(path, StrictJson.MaximumBytes)) == sha256;

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static IReadOnlyList<string> In(string directory) =>
        Directory.Exists(directory) ? [.. Directory.GetFiles(directory, Prefix + "*" + Suffix).Order(StringComparer.Ordinal)] : [];
}
