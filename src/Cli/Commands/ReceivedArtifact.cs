using System.IO.Compression;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// Received files from elsewhere: one file, a folder, or a zip archive as CI hands it out. An archive's names are never used as
/// paths: the needed files are copied to a private folder under fixed names.
/// </summary>
internal sealed class ReceivedArtifact : IDisposable
{
    private const string Suffix = ".received.json";
    private const long MostBytes = 256L << 20, ListOfEntries = 16L << 20;
    private const int MostResults = 10_000;

    private static readonly EnumerationOptions WithoutLinks = new() { RecurseSubdirectories = true, MaxRecursionDepth = 32, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    private readonly ProcessFolder? _temporary;

    private ReceivedArtifact(IReadOnlyList<(BaselineKey, string)> files, IReadOnlyList<string> logs, ProcessFolder? temporary) =>
        (Files, Logs, _temporary) = (files, logs, temporary);

    /// <summary>A result found: the spec and test the file itself names, and its path.</summary>
    public IReadOnlyList<(BaselineKey Key, string Path)> Files { get; }

    /// <summary>Folders with the logs of verdicts that were found.</summary>
    public IReadOnlyList<string> Logs { get; }

    public static ReceivedArtifact Open(string path)
    {
        if (Directory.Exists(path)) return new([.. Directory.EnumerateFiles(path, "*" + Suffix, WithoutLinks).Order(StringComparer.Ordinal).Select(WithKey)], LogsIn(path), null);
        if (!File.Exists(path)) throw new UserErrorException($"'{path}' does not exist; --from takes a received file, or a folder or zip archive that holds it.");
        return Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) ? FromArchive(path) : new([WithKey(path)], [], null);
    }

    private static ReceivedArtifact FromArchive(string path)
    {
        var folder = ProcessFolder.Create("approve");
        try
        {
            using var file = new RationedStream(BoundedFile.Open(path), path) { Ration = ListOfEntries, Purpose = "its list of entries" };
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            List<ZipArchiveEntry> entries = [.. archive.Entries.Where(entry => entry.Name.EndsWith(Suffix, StringComparison.Ordinal))];
            List<ZipArchiveEntry> logs = [.. archive.Entries.Where(entry => VerdictLog.IsLog(entry.Name))];
            if (entries.Count > MostResults) throw new UserErrorException(Invariant($"{path} holds {entries.Count:N0} received results; at most {MostResults:N0} are read. Give the folder or the file itself."));
            if (logs.Count > MostResults) throw new UserErrorException(Invariant($"{path} holds {logs.Count:N0} logs of verdicts; at most {MostResults:N0} are read. Give the folder itself."));
            (file.Ration, file.Purpose) = (MostBytes, "what it holds");
            var files = new List<(BaselineKey, string)>();
            var rest = MostBytes;
            foreach (var entry in entries)
            {
                var target = Path.Combine(folder.Path, Invariant($"{files.Count}{Suffix}"));
                var bytes = Content(entry, path, rest);
                rest -= bytes.Length;
                File.WriteAllBytes(target, bytes);
                files.Add((KeyOf(ResultFile.Read(bytes, $"{path}: {entry.FullName}"), $"{path}: {entry.FullName}"), target));
            }

            for (var i = 0; i < logs.Count; i++)
            {
                var target = Directory.CreateDirectory(Path.Combine(folder.Path, Invariant($"log-{i}"))).FullName;
                var bytes = Content(logs[i], path, rest);
                rest -= bytes.Length;
                File.WriteAllBytes(Path.Combine(target, VerdictLog.NameOf("artifact")), bytes);
            }

            return new(files, LogsIn(folder.Path), folder);
        }
        catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException)
        {
            folder.Dispose();
            throw new UserErrorException($"{path} is not a zip archive that can be read: {problem.Message}", problem);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static List<string> LogsIn(string path) =>
        [.. Directory.EnumerateDirectories(path, "*", WithoutLinks).Prepend(path).Where(folder => VerdictLog.In(folder).Count > 0).Order(StringComparer.Ordinal)];

    // An archive may declare a wrong length for its entries, and a small one may unpack to any size.
    private static byte[] Content(ZipArchiveEntry entry, string path, long rest)
    {
        using var stream = entry.Open();
        return rest >= StrictJson.MaximumBytes
            ? BoundedFile.Read(stream, $"{path}: {entry.FullName}", StrictJson.MaximumBytes)
            : BoundedFile.Read(stream, $"{path}: the received results together, of which {entry.FullName}", rest);
    }

    private static (BaselineKey, string) WithKey(string file) => (KeyOf(ResultFile.Read(file), file), file);

    private static BaselineKey KeyOf(ResultDocument document, string name) =>
        document is { Spec: { } spec, Test: { } test }
            ? new(spec, test)
            : throw new UserErrorException($"{name} does not name its spec and test; only a result received from a spec can be approved.");

    public void Dispose() => _temporary?.Dispose();
}
