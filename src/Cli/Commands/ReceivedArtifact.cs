using System.IO.Compression;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// Received files from elsewhere: one file, a folder, or a zip archive as CI hands it out. An archive's names are never used as
/// paths: the needed files are copied to a private folder under fixed names.
/// </summary>
internal sealed class ReceivedArtifact : IDisposable
{
    private const string Suffix = ".received.json";
    private const long LargestFile = 256L << 20;
    private readonly string? _temporary;

    private ReceivedArtifact(IReadOnlyList<(BaselineKey, string)> files, string? temporary) => (Files, _temporary) = (files, temporary);

    /// <summary>A result found: the spec and test the file itself names, and its path.</summary>
    public IReadOnlyList<(BaselineKey Key, string Path)> Files { get; }

    public static ReceivedArtifact Open(string path)
    {
        if (Directory.Exists(path)) return new([.. Directory.EnumerateFiles(path, "*" + Suffix, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(WithKey)], null);
        if (!File.Exists(path)) throw new UserErrorException($"'{path}' does not exist; --from takes a received file, or a folder or zip archive that holds it.");
        return Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) ? FromArchive(path) : new([WithKey(path)], null);
    }

    private static ReceivedArtifact FromArchive(string path)
    {
        var folder = Directory.CreateTempSubdirectory("gate-approve-").FullName;
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var files = new List<(BaselineKey, string)>();
            foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(Suffix, StringComparison.Ordinal)))
            {
                var target = Path.Combine(folder, Invariant($"{files.Count}{Suffix}"));
                var bytes = Content(entry, path);
                File.WriteAllBytes(target, bytes);
                files.Add((KeyOf(ResultFile.Read(bytes, $"{path}: {entry.FullName}"), $"{path}: {entry.FullName}"), target));
            }

            return new(files, folder);
        }
        catch (InvalidDataException problem)
        {
            Directory.Delete(folder, recursive: true);
            throw new UserErrorException($"{path} is not a zip archive: {problem.Message}", problem);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    // An archive may declare a wrong length for its entries.
    private static byte[] Content(ZipArchiveEntry entry, string path)
    {
        using var stream = entry.Open();
        using var content = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (content.Length + read > LargestFile) throw new UserErrorException(Invariant($"{path}: '{entry.FullName}' has more than {LargestFile} bytes; no result is that long."));
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private static (BaselineKey, string) WithKey(string file) => (KeyOf(ResultFile.Read(file), file), file);

    private static BaselineKey KeyOf(ResultDocument document, string name) =>
        document is { Spec: { } spec, Test: { } test }
            ? new(spec, test)
            : throw new UserErrorException($"{name} does not name its spec and test; only a result received from a spec can be approved.");

    public void Dispose()
    {
        if (_temporary is not null) Directory.Delete(_temporary, recursive: true);
    }
}
