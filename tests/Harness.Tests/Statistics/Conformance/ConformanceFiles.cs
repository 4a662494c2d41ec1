using System.Text.Json;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>The published cases of statistics/*.jsonl.</summary>
internal static class ConformanceFiles
{
    public const string Absent = "absent";

    private static readonly Lazy<Dictionary<(string, string), (string Kind, string Line)>> Lines = new(Read);

    /// <summary>Every case of files and kinds that match, as (file, id); one row "absent" when there are none.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Cases(Func<string, bool> file, Func<string, bool>? kind = null)
    {
        if (Lines.Value.Count == 0) return [new(Absent, Absent)];
        return Lines.Value.Where(c => file(c.Key.Item1) && (kind is null || kind(c.Value.Kind))).Select(c => new TheoryDataRow<string, string>(c.Key.Item1, c.Key.Item2));
    }

    public static JsonElement Case(string file, string id)
    {
        if (file == Absent) Assert.Skip(ConformanceCases.Absent);
        ConformanceLog.Compared("statistics/" + file, id);
        return JsonDocument.Parse(Lines.Value[(file, id)].Line).RootElement;
    }

    private static Dictionary<(string, string), (string Kind, string Line)> Read()
    {
        var lines = new Dictionary<(string, string), (string Kind, string Line)>();
        foreach (var file in ConformanceCases.Find("statistics", "*.jsonl"))
        {
            foreach (var line in ConformanceCases.Lines(file))
                lines.Add((Path.GetFileName(file), line.GetProperty("id").GetString()!), (line.GetProperty("kind").GetString()!, line.GetRawText()));
        }

        return lines;
    }
}
