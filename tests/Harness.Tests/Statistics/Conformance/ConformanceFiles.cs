using System.Text.Json;
using SafetyGate.Harness.Tests.Benchmarks;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>The folder of published cases: SAFETYGATE_CONFORMANCE, or shared/conformance beside the repository.</summary>
internal static class ConformanceFiles
{
    public const string Absent = "absent";

    private static readonly Lazy<Dictionary<(string, string), (string Kind, string Line)>> Lines = new(Read);

    public static string? Folder { get; } = Directory.Exists(Path.Combine(Beside.Conformance, "statistics")) ? Beside.Conformance : null;

    /// <summary>Every case of files and kinds that match, as (file, id); one row that says "absent" when there is no folder.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Cases(Func<string, bool> file, Func<string, bool>? kind = null)
    {
        if (Folder is null) return [new(Absent, Absent)];
        return Lines.Value.Where(c => file(c.Key.Item1) && (kind is null || kind(c.Value.Kind))).Select(c => new TheoryDataRow<string, string>(c.Key.Item1, c.Key.Item2));
    }

    public static JsonElement Case(string file, string id)
    {
        if (file == Absent) Assert.Skip("There is no folder of conformance cases (SAFETYGATE_CONFORMANCE).");
        return JsonDocument.Parse(Lines.Value[(file, id)].Line).RootElement;
    }

    private static Dictionary<(string, string), (string Kind, string Line)> Read()
    {
        var lines = new Dictionary<(string, string), (string Kind, string Line)>();
        foreach (var path in Directory.GetFiles(Path.Combine(Folder!, "statistics"), "*.jsonl").Order(StringComparer.Ordinal))
        {
            foreach (var line in File.ReadLines(path).Where(l => l.Length > 0))
            {
                using var document = JsonDocument.Parse(line);
                lines.Add((Path.GetFileName(path), document.RootElement.GetProperty("id").GetString()!), (document.RootElement.GetProperty("kind").GetString()!, line));
            }
        }

        return lines;
    }
}
