using System.Globalization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Results;

/// <summary>One row of a table of numbers and texts, from JSON Lines, JSON, CSV or TSV.</summary>
/// <param name="Source">File and line, for messages.</param>
/// <param name="Record">The fields.</param>
internal sealed record TableRow(string Source, BenchmarkRecord Record)
{
    /// <summary>The rows of a file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, has no rows, or a row is broken; the message names the line.</exception>
    public static IReadOnlyList<TableRow> Read(string path)
    {
        var options = new BenchmarkFileOptions { Direction = MetricDirection.Capability };
        var records = BenchmarkFile.Records(Utf8File.Check(Utf8File.Read(path, options.MaximumFileBytes), path), BenchmarkFile.FormatOf(path), path, options);
        return records.Count > 0
            ? [.. records.Select(record => new TableRow(Invariant($"{path}, line {record.Line}"), record))]
            : throw new UserErrorException($"{path} has no rows; there is nothing to analyse.");
    }

    /// <summary>Whether the row holds something in a column.</summary>
    public bool Has(string column) => Record.Fields.TryGetValue(column, out var field) && field.Kind != "null" && !(field.Kind == "string" && field.Text.Length == 0);

    /// <summary>A text or a number as text.</summary>
    /// <param name="column">Its column.</param>
    /// <param name="option">The option that names the column, for the message.</param>
    /// <exception cref="UserErrorException">There is no such column, or nothing in it.</exception>
    public string Text(string column, string option)
    {
        if (!Record.Fields.TryGetValue(column, out var field) || field.Kind == "null") throw Missing(column, option);
        return field.Kind is "string" or "number" or "boolean" && field.Text.Length > 0
            ? field.Text
            : throw new UserErrorException($"{Source}: '{column}' is {(field.Text.Length == 0 && field.Kind == "string" ? "empty" : "a JSON " + field.Kind)}; it must be a text or a number.");
    }

    /// <summary>A finite number.</summary>
    /// <inheritdoc cref="Text"/>
    public double Number(string column, string option)
    {
        var text = Text(column, option);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new UserErrorException($"{Source}: '{column}' is '{text}'; it must be a finite number.");
    }

    /// <summary>A number in [0, 1]; true and false are 1 and 0.</summary>
    /// <inheritdoc cref="Text"/>
    public double Share(string column, string option)
    {
        var value = Record.Fields.TryGetValue(column, out var field) && field.Kind == "boolean" ? (field.Text == "true" ? 1 : 0) : Number(column, option);
        return value is >= 0 and <= 1 ? value : throw new UserErrorException(Invariant($"{Source}: '{column}' is {value}; it must lie in [0, 1]."));
    }

    /// <summary>A seed.</summary>
    /// <inheritdoc cref="Text"/>
    public ulong Seed(string column, string option)
    {
        var text = Text(column, option);
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new UserErrorException($"{Source}: '{column}' is '{text}'; it must be a whole number of 0 or more.");
    }

    /// <summary>There is no such column in this row.</summary>
    /// <param name="column">The column.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="otherwise">What else the option takes; may be empty.</param>
    public UserErrorException Missing(string column, string option, string otherwise = "")
    {
        var has = $"{Source}: there is no '{column}'; the row has {string.Join(", ", Record.Fields.Keys.Take(20).Select(key => $"'{key}'"))}.";
        if (!option.StartsWith('-')) return new($"{has} The file needs {option}{otherwise}.");
        var near = NearestName.Of(column, Record.Fields.Keys);
        // A name that hardly resembles the one that is missing is no advice.
        var isNear = near.Length > 0 && (NearestName.Distance(column, near) <= column.Length / 3 || near.StartsWith(column, StringComparison.OrdinalIgnoreCase) || column.StartsWith(near, StringComparison.OrdinalIgnoreCase));
        return new($"{has} Name the right column with {option}{(option.EndsWith('=') ? "" : " ")}{(isNear ? near : "COLUMN")}{otherwise}.");
    }
}
