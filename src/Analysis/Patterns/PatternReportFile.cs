using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Reads and writes <c>*.patterns.json</c>: strict JSON, with a digest of its own content.</summary>
public static class PatternReportFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a report; the file appears whole or not at all.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void Write(string path, PatternReport report) => WholeFile.Write(path, Encoding.UTF8.GetBytes(Text(report)));

    /// <summary>The text of the file.</summary>
    public static string Text(PatternReport report) => Json(report with { Digest = DigestOf(report) }).ToJsonString(Indented) + "\n";

    /// <summary>Reads a report back.</summary>
    /// <exception cref="UserErrorException">It cannot be read, is of another kind, or was edited; the message names the line. Exit code
    /// 65.</exception>
    public static PatternReport Read(string path)
    {
        var node = StrictJson.ReadFile(path);
        if (node.Members.FirstOrDefault(member => member.Name == "schema").Value is not { Text: PatternReport.CurrentSchema })
            throw node.Error($"is no file of patterns; it must be an object with \"schema\": \"{PatternReport.CurrentSchema}\", as gate patterns --out writes it.");
        var report = StrictJsonBinder.Bind<PatternReport>(node);
        if (report.Options.Problems().Concat(Problems(report)).FirstOrDefault() is { } problem) throw node.Error(problem);
        return report.Digest == DigestOf(report) ? report : throw node.Error("its content is not that of its digest: it was edited or damaged. Run gate patterns again.");
    }

    private static IEnumerable<string> Problems(PatternReport report)
    {
        if (report.Failures < 0 || report.Failures > report.Items) yield return Invariant($"has {report.Failures} failures of {report.Items} items.");
        if (report.Lines.FirstOrDefault(line => line.Pattern < -1 || line.Pattern >= report.Patterns.Count) is { } line) yield return Invariant($"puts '{line.Id}' into pattern {line.Pattern}; there are {report.Patterns.Count}.");
    }

    private static string DigestOf(PatternReport report) => CanonicalJson.Digest(Json(report with { Digest = "" }));

    private static JsonObject Json(PatternReport report) => JsonFormat.Write(report);
}
