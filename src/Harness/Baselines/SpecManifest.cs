using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// <c>baselines/specs/</c>: the gated tests that must have run, one small file each, so that pull requests that add tests do not touch
/// the same file. A skipped, filtered or deleted spec is a failure, not silence.
/// </summary>
public sealed record SpecManifest
{
    private const string Format = "safetygate-spec/1";
    private const string Extension = ".json";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tests, in order of spec and test.</summary>
    public required IReadOnlyList<ManifestEntry> Entries { get; init; }

    /// <summary>The folder of the list in a folder of baselines.</summary>
    public static string PathIn(string baselineDirectory) => Path.Combine(baselineDirectory, "specs");

    /// <summary>The file of one test in the folder of the list.</summary>
    public static string FileOf(string directory, ManifestEntry entry) =>
        Path.Combine(directory, new BaselineKey(entry.Spec, entry.Test).FileStem + Extension);

    /// <summary>Reads the list.</summary>
    /// <param name="directory">Its folder, see <see cref="PathIn"/>.</param>
    /// <exception cref="UserErrorException">It is missing, empty, or holds a file that is damaged or names another test than its file
    /// name.</exception>
    public static SpecManifest Read(string directory)
    {
        var files = Directory.Exists(directory) ? Directory.GetFiles(directory).Order(StringComparer.Ordinal).ToList() : [];
        if (files.Count == 0)
            throw new UserErrorException($"{directory} lists no spec. It lists the specs that must have run, one file each; a list that demands nothing would let everything pass. Approving writes it; './gate check --list-new' adds the specs that ran and have no baseline.", GateExitCode.NotComparable);
        return new() { Entries = Ordered(files.Select(file => Entry(directory, file))) };
    }

    /// <summary>Adds a test to the list: writes its file, and touches no other.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void Add(string directory, ManifestEntry entry) =>
        WholeFile.Write(FileOf(directory, entry), Content(entry));

    /// <summary>The bytes of the file of one test.</summary>
    public static byte[] Content(ManifestEntry entry) =>
        Encoding.UTF8.GetBytes($"{{\"format\": \"{Format}\", \"spec\": {Quote(entry.Spec)}, \"test\": {Quote(entry.Test)}}}\n");

    /// <summary>Approved files of tests that are not on the list: they are no longer compared with.</summary>
    public IReadOnlyList<string> UnusedBaselines(BaselineStore store) =>
        [.. from file in store.All()
            where file.Status == BaselineStatus.Approved
            let document = ResultFile.Read(Path.Combine(store.Directory, file.File))
            where document.Spec is null || document.Test is null || !Entries.Contains(ManifestEntry.Of(new(document.Spec, document.Test)))
            select $"{file.File} is the baseline of {document.Spec}.{document.Test}, which is not on the list of specs that must run. List the spec, or delete the baseline and its note in a reviewed change."];

    /// <summary>Tests that ran and are not on the list, in order.</summary>
    /// <param name="ran">The tests that left a verdict.</param>
    public IReadOnlyList<ManifestEntry> Unlisted(IEnumerable<ManifestEntry> ran) =>
        Ordered(ran.Distinct().Where(e => !Entries.Contains(e)));

    /// <summary>
    /// Tests that did not run although they are listed, or ran although they are not; empty when every listed test ran and no other did.
    /// </summary>
    /// <param name="ran">The tests that left a verdict.</param>
    public IReadOnlyList<string> Problems(IReadOnlyCollection<ManifestEntry> ran)
    {
        var missing = Entries.Where(e => !ran.Contains(e)).Select(e => $"{e.Spec}.{e.Test} must run and left no verdict: it was skipped, filtered, deleted or did not get so far. Run it, or take it off the list in a reviewed change.");
        var unlisted = Unlisted(ran).Select(e => $"{e.Spec}.{e.Test} ran and is not on the list of specs that must run. Add it ('./gate check --list-new'), so that its loss will be seen.");
        return [.. missing, .. unlisted];
    }

    private static ManifestEntry Entry(string directory, string file)
    {
        var root = StrictJson.ReadFile(file);
        var o = root.AsObject("format", "spec", "test");
        if (o["format"].AsString() != Format) throw o["format"].Error($"is '{o["format"].Text}'; this version reads '{Format}'.");
        var entry = new ManifestEntry(o["spec"].AsString(), o["test"].AsString());
        var expected = FileOf(directory, entry);
        return Path.GetFileName(expected) == Path.GetFileName(file) ? entry
            : throw root.Error($"names {entry.Spec}.{entry.Test}, whose file is {Path.GetFileName(expected)}; rename it, or one test could be taken for another.");
    }

    private static IReadOnlyList<ManifestEntry> Ordered(IEnumerable<ManifestEntry> entries) =>
        [.. entries.OrderBy(e => e.Spec, StringComparer.Ordinal).ThenBy(e => e.Test, StringComparer.Ordinal)];

    private static string Quote(string text) => JsonSerializer.Serialize(text, Readable);
}
