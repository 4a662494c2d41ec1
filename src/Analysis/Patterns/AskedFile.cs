using System.Globalization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Reads items with a model's responses and scores from JSON Lines, JSON, CSV and TSV files. Limits and messages are those of benchmark files.</summary>
public static class AskedFile
{
    private const int LongestField = 200;

    /// <summary>Score below which a response failed.</summary>
    public const double Passing = 0.5;

    /// <summary>Reads the rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Which columns hold what.</param>
    /// <exception cref="UserErrorException">The file cannot be read or breaks a rule; the message names the file and the line. Exit code
    /// 65.</exception>
    public static IReadOnlyList<AskedRow> Load(string path, AskedColumns columns)
    {
        var options = new BenchmarkFileOptions { Direction = MetricDirection.Capability };
        var utf8 = Utf8File.Check(Utf8File.Read(path, options.MaximumFileBytes), path);
        var records = BenchmarkFile.Records(utf8, BenchmarkFile.FormatOf(path), path, options);
        if (records.Count == 0) throw new UserErrorException($"{path} has no rows; there is nothing to find patterns in.");
        string[] present = [.. records.SelectMany(record => record.Fields.Keys).Distinct(StringComparer.Ordinal)];
        var found = columns.Resolve(present, path);
        string[] others = [.. present.Except(found.Values, StringComparer.Ordinal)];
        var rows = new List<AskedRow>(records.Count);
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (record, i) in records.Select((record, i) => (record, i)))
        {
            var id = Text(record, AskedColumns.Id) ?? Invariant($"{i + 1}");
            if (!lines.TryAdd(id, record.Line)) throw At(record, $"id '{id}' is also on line {lines[id]}; ids must be unique.");
            rows.Add(new AskedRow
            {
                Id = id,
                Prompt = Text(record, AskedColumns.Prompt) is { } prompt && !string.IsNullOrWhiteSpace(prompt) ? prompt : throw At(record, $"the prompt (column '{found[AskedColumns.Prompt]}') is missing or empty; every item needs one."),
                Response = Text(record, AskedColumns.Response),
                Answer = Text(record, AskedColumns.Answer),
                Score = Score(record),
                Fields = [.. others.Select(name => new ItemProperty(name, Value(record, name))).Where(field => field.Value.Length is > 0 and <= LongestField)],
            });
        }

        return rows;

        UserErrorException At(BenchmarkRecord record, string problem) => new(Invariant($"{path}, line {record.Line}: {problem}"));

        string? Text(BenchmarkRecord record, string field)
        {
            if (!found.TryGetValue(field, out var column) || !record.Fields.TryGetValue(column, out var value) || value.Kind == "null") return null;
            return value.Kind is "string" or "number" ? value.Text : throw At(record, $"the {field} (column '{column}') is a JSON {value.Kind}; it must be a string{(field is AskedColumns.Prompt or AskedColumns.Response ? "" : " or a number")}.");
        }

        double? Score(BenchmarkRecord record)
        {
            if (!found.TryGetValue(AskedColumns.Score, out var column) || !record.Fields.TryGetValue(column, out var value) || value.Kind == "null" || (value.Kind == "string" && value.Text.Length == 0)) return null;
            if (value.Kind == "boolean") return value.Text == "true" ? 1 : 0;
            if (value.Text is "true" or "True") return 1;
            if (value.Text is "false" or "False") return 0;
            return double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && score is >= 0 and <= 1
                ? score
                : throw At(record, $"the score (column '{column}') is '{value.Text}'; it must be true, false, or a number in [0, 1].");
        }
    }

    // A number, a text or a truth value; nothing of an object.
    private static string Value(BenchmarkRecord record, string name) => record.Fields.TryGetValue(name, out var value) ? value.Text.Trim() : "";
}
