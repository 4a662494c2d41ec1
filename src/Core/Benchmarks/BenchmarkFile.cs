using SafetyGate.Core.Files;

namespace SafetyGate.Core.Benchmarks;

/// <summary>Reads benchmarks from JSON Lines, JSON, CSV and TSV files with a column mapping.</summary>
/// <remarks>
/// Files are untrusted data. Limits: <see cref="BenchmarkFileOptions.MaximumFileBytes"/>,
/// <see cref="BenchmarkFileOptions.MaximumRecordBytes"/>,
/// <see cref="BenchmarkFileOptions.MaximumItems"/>, 32 levels of JSON, 256 columns, 10,000,000 fields, ids of at most 512 characters. Whatever is wrong is
/// refused with the file and the
/// line; no row is dropped in silence. Ids are the row numbers (from 1, before any filter) when the file has no id column.
/// </remarks>
public static class BenchmarkFile
{
    private const int MaximumIdLength = 512;
    private const int MaximumFields = 10_000_000;

    /// <summary>Reads a benchmark from a file.</summary>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    /// <exception cref="UserErrorException">The file cannot be read or breaks a rule; the message names the file and the line. Exit code
    /// 65.</exception>
    public static Benchmark Load(string path, BenchmarkFileOptions options)
    {
        RequireSound(options);
        var format = options.Format ?? FormatOf(path);
        return Parse(Utf8File.Read(path, options.MaximumFileBytes), path,
            options with { Format = format, Name = options.Name ?? Path.GetFileNameWithoutExtension(path) });
    }

    /// <summary>Reads a benchmark from the bytes of a file.</summary>
    /// <param name="bytes">The content, UTF-8 with or without a byte-order mark.</param>
    /// <param name="source">Name of the file in messages.</param>
    /// <param name="options">Format and name must be given.</param>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    /// <exception cref="UserErrorException">The content breaks a rule; the message names the source and the line. Exit code 65.</exception>
    public static Benchmark Parse(byte[] bytes, string source, BenchmarkFileOptions options)
    {
        RequireSound(options);
        var format = options.Format ?? FormatOf(source);
        var utf8 = Utf8File.Check(bytes, source);
        var records = Records(utf8, format, source, options);
        if (records.Count == 0) throw new UserErrorException($"{source} has no rows; a rate of nothing is not a measurement.");
        var columns = options.Columns.Resolve(records.SelectMany(r => r.Fields.Keys).Distinct().ToList(), source);
        var items = Items(records, columns, source, options);
        return new Benchmark(options.Name ?? Path.GetFileNameWithoutExtension(source), options.Direction, items);
    }

    /// <summary>The format that goes with a file's extension.</summary>
    /// <exception cref="UserErrorException">The extension is not that of a known format.</exception>
    public static BenchmarkFormat FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".jsonl" or ".ndjson" => BenchmarkFormat.Jsonl,
        ".json" => BenchmarkFormat.Json,
        ".csv" => BenchmarkFormat.Csv,
        ".tsv" => BenchmarkFormat.Tsv,
        var other => throw new UserErrorException($"{path}: the extension '{other}' is not that of a known format. Known are .jsonl, .ndjson, .json, .csv and .tsv; or give the format (jsonl, json, csv, tsv)."),
    };

    private static void RequireSound(BenchmarkFileOptions options)
    {
        var problems = options.Problems().ToList();
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
    }

    /// <summary>The rows of a file of any kind of records, within the limits of the options.</summary>
    /// <exception cref="UserErrorException">The content breaks a rule; the message names the source and the line. Exit code 65.</exception>
    internal static List<BenchmarkRecord> Records(ReadOnlyMemory<byte> utf8, BenchmarkFormat format, string source,
        BenchmarkFileOptions options)
    {
        var rows = format switch
        {
            BenchmarkFormat.Jsonl => JsonRecords.Lines(utf8, source, options),
            BenchmarkFormat.Json => JsonRecords.Array(utf8, source, options),
            BenchmarkFormat.Csv => CsvRecords.Read(utf8, ',', source, options),
            _ => CsvRecords.Read(utf8, '\t', source, options),
        };
        var records = new List<BenchmarkRecord>();
        var fields = 0;
        foreach (var row in rows)
        {
            fields += row.Fields.Count;
            if (fields > MaximumFields)
                throw At(source, row.Line, Invariant($"more than {MaximumFields:N0} fields in all; split the file, or leave out columns."));
            if (records.Count == options.MaximumItems)
                throw At(source, row.Line, Invariant($"more than {options.MaximumItems:N0} rows; split the file."));
            records.Add(row);
        }

        return records;
    }

    private static List<BenchmarkItem> Items(List<BenchmarkRecord> records, IReadOnlyDictionary<string, IReadOnlyList<string>> columns,
        string source, BenchmarkFileOptions options)
    {
        var keep = Filter(records, source, options.Where);
        var lineOfId = new Dictionary<string, int>(StringComparer.Ordinal);
        var items = new List<BenchmarkItem>();
        for (var i = 0; i < records.Count; i++)
        {
            if (!keep(records[i])) continue;
            var row = new RowReader(records[i], columns, source);
            var id = columns.TryGetValue("id", out var names) && names.Count > 0
                ? row.Required("id", numbers: true)
                : Invariant($"{i + 1}");
            if (id.Length > MaximumIdLength || id.Any(char.IsControl)) throw At(source, records[i].Line, Invariant($"the id has {id.Length} characters or holds a line break; an id is one line of at most {MaximumIdLength} characters."));
            if (!lineOfId.TryAdd(id, records[i].Line))
                throw At(source, records[i].Line, Invariant($"id '{id}' is also on line {lineOfId[id]}; ids must be unique."));
            var conversation = row.Conversation(options.SystemPrompt);
            items.Add(new BenchmarkItem
            {
                Id = id,
                Prompt = conversation is null ? row.Required("prompt", numbers: false) : row.Question(conversation),
                Conversation = conversation is { IsOneQuestion: true } ? null : conversation,
                Answer = row.Text("answer", numbers: true),
                Category = row.Text("category", numbers: true),
                Suite = row.Text("suite", numbers: true) ?? options.Suite,
                Behavior = row.Text("behavior", numbers: true),
                Difficulty = row.Integer("difficulty"),
            });
        }

        return items.Count > 0
            ? items
            : throw new UserErrorException($"{source}: no row has {options.Where}; a rate of nothing is not a measurement.");
    }

    private static Func<BenchmarkRecord, bool> Filter(List<BenchmarkRecord> records, string source, string? where)
    {
        if (where is null) return _ => true;
        var equals = where.IndexOf('=', StringComparison.Ordinal);
        var (column, value) = (where[..equals].Trim(), where[(equals + 1)..].Trim());
        if (!records.Any(r => r.Fields.ContainsKey(column)))
            throw new UserErrorException($"{source}: there is no column '{column}' to choose rows by. The file has {string.Join(", ", records[0].Fields.Keys.Select(k => $"'{k}'"))}.");
        return r => r.Fields.TryGetValue(column, out var field) && field.Text == value;
    }

    private static UserErrorException At(string source, int line, string what) => new(Invariant($"{source}, line {line}: {what}"));
}
