using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// All items of a metric of one model with their answers: <c>items.NAME.KEY.jsonl</c> beside the log <c>verdicts.NAME.jsonl</c>. The first
/// line says whose items they are; what got worse or fails comes first. It decides nothing; the page is searched by it.
/// </summary>
public static class ItemFile
{
    private const string Pattern = "items.*.jsonl";
    private const int LongestLine = 128 << 10, KeyLength = 16;
    private const long MostBytes = BoundedFile.Small;
    private static readonly JsonSerializerOptions Options = new(VerdictRecordJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Path of the file of a set.</summary>
    /// <param name="directory">The results folder.</param>
    /// <param name="log">Name of the log beside it.</param>
    /// <param name="set">Whose items.</param>
    public static string PathIn(string directory, string log, ItemSet set) =>
        Path.Combine(directory, $"items.{log}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{set.Digest}\n{set.Metric}")))[..KeyLength]}.jsonl");

    /// <summary>Writes a file, whole or not at all; at most 16 MiB, the first by rank.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void Write(string path, ItemSet set, IEnumerable<ReportedItem> items)
    {
        using var content = new MemoryStream();
        foreach (var line in items.OrderBy(item => item.Rank).Select(item => Line(item)).Prepend(Line(set)))
        {
            if (content.Length + line.Length > MostBytes) break;
            content.Write(line);
        }

        WholeFile.Write(path, content.ToArray());
    }

    /// <summary>The files of a folder, in order of their names.</summary>
    /// <param name="directory">The folder; need not exist.</param>
    public static IReadOnlyList<string> In(string directory) =>
        Directory.Exists(directory) ? [.. Directory.GetFiles(directory, Pattern).Order(StringComparer.Ordinal)] : [];

    /// <summary>Removes the files of a log that another test run left: a model that is not measured again would stay for ever.</summary>
    /// <param name="directory">The results folder.</param>
    /// <param name="log">Name of the log beside them.</param>
    /// <param name="run">The present test run.</param>
    public static void RemoveOthers(string directory, string log, string run)
    {
        foreach (var path in In(directory).Where(path => IsOf(Path.GetFileName(path), log)))
        {
            try
            {
                if (ReadSet(path).TestRun?.Id == run) continue;
            }
            catch (UserErrorException)
            {
                // Damaged: of no run.
            }

            WholeFile.TryDelete(path);
        }
    }

    // "items.A.B.KEY.jsonl" is a file of the log A.B and not of A.
    private static bool IsOf(string name, string log) =>
        name.StartsWith($"items.{log}.", StringComparison.Ordinal) && name.Length == "items.".Length + log.Length + 1 + KeyLength + ".jsonl".Length;

    /// <summary>The first line of a file.</summary>
    /// <exception cref="UserErrorException">It is damaged (exit code 65).</exception>
    public static ItemSet ReadSet(string path)
    {
        using var file = Open(path);
        return BoundedLines.Read(file, LongestLine).Select(line => Set(line, path)).FirstOrDefault() ?? throw Damage($"{path}: it is empty.");
    }

    /// <summary>The items of a file, one after the other.</summary>
    /// <exception cref="UserErrorException">A line is damaged (exit code 65).</exception>
    public static IEnumerable<ReportedItem> Read(string path)
    {
        using var file = Open(path);
        foreach (var line in BoundedLines.Read(file, LongestLine))
        {
            if (line.Number == 1) Set(line, path);
            else yield return Item(line, path);
        }
    }

    private static FileStream Open(string path)
    {
        if (new FileInfo(path).LinkTarget is not null) throw new UserErrorException($"{path} cannot be read: it is a link.");
        var file = BoundedFile.Open(path);
        if (file.Length <= MostBytes) return file;
        file.Dispose();
        throw Damage(Invariant($"{path}: it has more than {MostBytes:N0} bytes."));
    }

    private static ItemSet Set(BoundedLine line, string path)
    {
        var set = Parse<ItemSet>(line, path);
        return set is { Items: >= 0, Samples: >= 0 } ? set : throw Damage(Invariant($"{path}, line {line.Number}: it is of {set.Items} items of {set.Samples} samples."));
    }

    private static ReportedItem Item(BoundedLine line, string path)
    {
        var item = Parse<ReportedItem>(line, path);
        var wrong = new[] { item.Now, item.Untuned, item.Approved }.OfType<ReportedAnswer>().FirstOrDefault(answer => answer is not { Value: >= 0 and <= 1, Unscored: >= 0 });
        return wrong is null ? item : throw Damage(Invariant($"{path}, line {line.Number}: a score of '{item.Id}' is {wrong.Value} with {wrong.Unscored} unscored; it must lie in [0, 1]."));
    }

    private static T Parse<T>(BoundedLine line, string path) where T : class
    {
        var where = Invariant($"{path}, line {line.Number}");
        if (line.IsTooLong) throw Damage(Invariant($"{where}: it has more than {LongestLine:N0} bytes."));
        if (!line.IsEnded) throw Damage($"{where}: the file ends in the middle of it.");
        try
        {
            if (JsonBounds.Record.Problem(line.Utf8.Span) is { } outside) throw new JsonException(outside);
            return JsonSerializer.Deserialize<T>(line.Utf8.Span, Options) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UserErrorException($"{where}: this is not {(line.Number == 1 ? "the head of a file of items" : "an item")}: {e.Message} Run the specs again; they write the file.", e);
        }
    }

    private static byte[] Line<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Options), (byte)'\n'];

    private static UserErrorException Damage(string message) => new($"{message} Run the specs again; they write the file.");
}
