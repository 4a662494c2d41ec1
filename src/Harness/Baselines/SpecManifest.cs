using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// <c>baselines/specs.json</c>: the gated tests that must have run. A skipped, filtered or deleted spec is a failure, not silence.
/// </summary>
public sealed record SpecManifest
{
    private const string Format = "safetygate-specs/1";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tests, in order of spec and test.</summary>
    public required IReadOnlyList<ManifestEntry> Entries { get; init; }

    /// <summary>Where the list lies in a folder of baselines.</summary>
    public static string PathIn(string baselineDirectory) => Path.Combine(baselineDirectory, "specs.json");

    /// <summary>Reads a list.</summary>
    /// <exception cref="UserErrorException">It is missing, damaged, empty, or names a test twice.</exception>
    public static SpecManifest Read(string path)
    {
        if (!File.Exists(path)) throw new UserErrorException($"{path} does not exist. It lists the specs that must have run; without it a deleted spec would go unseen. Approving writes it.", GateExitCode.NotComparable);
        var o = StrictJson.ReadFile(path).AsObject("format", "specs");
        if (o["format"].AsString() != Format) throw o["format"].Error($"is '{o["format"].Text}'; this version reads '{Format}'.");
        var entries = new List<ManifestEntry>();
        foreach (var node in o["specs"].AsArray())
        {
            var e = node.AsObject("spec", "test");
            var entry = new ManifestEntry(e["spec"].AsString(), e["test"].AsString());
            if (entries.Contains(entry)) throw node.Error($"names {entry.Spec}.{entry.Test} for the second time.");
            entries.Add(entry);
        }

        return entries.Count > 0 ? new() { Entries = entries } : throw o["specs"].Error("lists no spec; a list that demands nothing would let everything pass.");
    }

    /// <summary>The list with a test added, in order; the same when it is there.</summary>
    public SpecManifest With(ManifestEntry entry) => this with
    {
        Entries = [.. Entries.Append(entry).Distinct().OrderBy(e => e.Spec, StringComparer.Ordinal).ThenBy(e => e.Test, StringComparer.Ordinal)],
    };

    /// <summary>Writes the list, one test a line, so that two pull requests seldom touch the same line.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public void Write(string path)
    {
        var lines = Entries.Select(e => $"    {{\"spec\": {JsonSerializer.Serialize(e.Spec, Readable)}, \"test\": {JsonSerializer.Serialize(e.Test, Readable)}}}");
        WholeFile.Write(path, Encoding.UTF8.GetBytes($"{{\n  \"format\": \"{Format}\",\n  \"specs\": [\n{string.Join(",\n", lines)}\n  ]\n}}\n"));
    }

    /// <summary>Approved files of tests that are not on the list: nobody compares with them any more.</summary>
    public IReadOnlyList<string> UnusedBaselines(BaselineStore store) =>
        [.. from file in store.All()
            where file.Status == BaselineStatus.Approved
            let document = ResultFile.Read(Path.Combine(store.Directory, file.File))
            where document.Spec is null || document.Test is null || !Entries.Contains(new ManifestEntry(document.Spec, document.Test))
            select $"{file.File} is the baseline of {document.Spec}.{document.Test}, which is not on the list of specs that must run. List the spec, or delete the baseline and its note in a reviewed change."];

    /// <summary>What the log lacks or has too much of; empty when every listed test ran and no other did.</summary>
    public IReadOnlyList<string> Problems(IEnumerable<LoggedVerdict> log)
    {
        var ran = log.Select(v => new ManifestEntry(v.Spec, v.Test)).Distinct().ToHashSet();
        var missing = Entries.Where(e => !ran.Contains(e)).Select(e => $"{e.Spec}.{e.Test} must run and left no verdict: it was skipped, filtered, deleted or did not get so far. Run it, or take it off the list in a reviewed change.");
        var unlisted = ran.Where(e => !Entries.Contains(e)).OrderBy(e => e.Spec, StringComparer.Ordinal).ThenBy(e => e.Test, StringComparer.Ordinal).Select(e => $"{e.Spec}.{e.Test} ran and is not on the list of specs that must run. Add it, so that its loss will be seen.");
        return [.. missing, .. unlisted];
    }
}
