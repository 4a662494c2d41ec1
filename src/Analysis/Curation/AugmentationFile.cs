using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Curation;

/// <summary>Writes rows as JSON Lines that a recipe can learn from (<c>prompt</c>, <c>completion</c>), and the report beside them.</summary>
public static class AugmentationFile
{
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of the rows' file.</summary>
    public static string Lines(IEnumerable<AugmentedRow> rows) => string.Concat(rows.Select(row => JsonFormat.Write(row).ToJsonString(Line) + "\n"));

    /// <summary>Writes the rows; the file appears whole or not at all.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void WriteRows(string path, IEnumerable<AugmentedRow> rows) => WholeFile.Write(path, Encoding.UTF8.GetBytes(Lines(rows)));

    /// <summary>The text of the report.</summary>
    public static string Text(AugmentationReport report) => JsonFormat.Write(report with { Digest = DigestOf(report) }).ToJsonString(Indented) + "\n";

    /// <summary>Writes the report.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void Write(string path, AugmentationReport report) => WholeFile.Write(path, Encoding.UTF8.GetBytes(Text(report)));

    /// <summary>Reads a report back.</summary>
    /// <exception cref="UserErrorException">It cannot be read, is of another kind, or was edited. Exit code 65.</exception>
    public static AugmentationReport Read(string path)
    {
        var node = StrictJson.ReadFile(path);
        if (node.Members.FirstOrDefault(member => member.Name == "schema").Value is not { Text: AugmentationReport.CurrentSchema })
            throw node.Error($"is no report of augmentation; it must be an object with \"schema\": \"{AugmentationReport.CurrentSchema}\", as gate augment writes it.");
        var report = StrictJsonBinder.Bind<AugmentationReport>(node);
        return report.Digest == DigestOf(report) ? report : throw node.Error("its content is not that of its digest: it was edited or damaged. Run gate augment again.");
    }

    private static string DigestOf(AugmentationReport report) => CanonicalJson.Digest(JsonFormat.Write(report with { Digest = "" }));
}
