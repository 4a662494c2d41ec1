using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Labeling;

/// <summary>Responses with people's labels, read from a file.</summary>
public sealed record LabeledSet
{
    private const int ShownLabels = 12;

    /// <summary>Name of the set: the file's, without extension.</summary>
    public required string Name { get; init; }

    /// <summary>The labeled responses, in the file's order.</summary>
    public required IReadOnlyList<LabeledResponse> Rows { get; init; }

    /// <summary>Rows with another label than those that count.</summary>
    public int OtherLabels { get; init; }

    /// <summary>Reads a JSON Lines, JSON, CSV or TSV file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Which column holds what, and which labels count.</param>
    /// <exception cref="UserErrorException">The file cannot be read, a row has no response or label, or no row has a label that counts;
    /// the message names the line. Exit code 65.</exception>
    public static LabeledSet Load(string path, LabelColumns columns)
    {
        var options = new BenchmarkFileOptions { Direction = MetricDirection.Safety };
        return Parse(Utf8File.Read(path, options.MaximumFileBytes), path, columns, options with { Format = BenchmarkFile.FormatOf(path) });
    }

    private static LabeledSet Parse(byte[] bytes, string source, LabelColumns columns, BenchmarkFileOptions options)
    {
        var records = BenchmarkFile.Records(Utf8File.Check(bytes, source), options.Format!.Value, source, options);
        var fields = columns.Resolve(records.SelectMany(r => r.Fields.Keys).Distinct(StringComparer.Ordinal).ToList(), source);
        var rows = new List<LabeledResponse>();
        var others = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < records.Count; i++)
        {
            var row = new RowReader(records[i], fields, source);
            var label = row.Required(LabelColumns.Label, numbers: true);
            if (columns.IsPositive(label) is { } positive)
                rows.Add(new(row.Text(LabelColumns.Id, numbers: true) ?? Invariant($"{i + 1}"), row.Text(LabelColumns.Prompt, numbers: false) ?? "", row.Text(LabelColumns.Response, numbers: false) ?? "", positive));
            else others[label] = others.GetValueOrDefault(label) + 1;
        }

        if (rows.Count == 0)
            throw new UserErrorException($"{source}: no row has the label {columns.Counted}. The labels are {string.Join(", ", others.Keys.Take(ShownLabels))}; name those that count with --positive and --negative.");
        if (rows.Select(r => r.Id).Distinct(StringComparer.Ordinal).Count() < rows.Count)
            rows = [.. rows.Select((r, i) => r with { Id = Invariant($"{i + 1}: {r.Id}") })];
        return new() { Name = Path.GetFileNameWithoutExtension(source), Rows = rows, OtherLabels = others.Values.Sum() };
    }
}
