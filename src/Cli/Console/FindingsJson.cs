using System.Text;
using System.Text.Json;
using SafetyGate.Models.Diagnosis;

namespace SafetyGate.Cli.Console;

/// <summary>Findings in a model directory as one JSON object.</summary>
internal static class FindingsJson
{
    public static string Write(string directory, IReadOnlyList<Finding> findings)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("directory", directory);
            writer.WriteString("verdict", FindingsTable.Word(findings.Count == 0 ? FindingVerdict.Ok : findings.Max(finding => finding.Verdict)));
            writer.WriteStartArray("findings");
            foreach (var finding in findings)
            {
                writer.WriteStartObject();
                writer.WriteString("subject", finding.Subject);
                writer.WriteString("verdict", FindingsTable.Word(finding.Verdict));
                writer.WriteString("found", finding.Found);
                writer.WriteString("where", finding.Where);
                writer.WriteString("advice", finding.Advice);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
