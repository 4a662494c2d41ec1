using System.Text;

namespace SafetyGate.Core.Benchmarks;

/// <summary>
/// Rows of a CSV or TSV file as RFC 4180 has it: quoted fields may hold separators, doubled quotes and line ends, which are LF in the field
/// however the file writes them.
/// </summary>
internal static class CsvRecords
{
    /// <summary>Most columns that are read.</summary>
    public const int MaximumColumns = 256;

    /// <summary>Reads the header and all rows. Blank lines are skipped.</summary>
    /// <exception cref="UserErrorException">Not CSV; the message names the line.</exception>
    public static IEnumerable<BenchmarkRecord> Read(ReadOnlyMemory<byte> utf8, char separator, string source, BenchmarkFileOptions options)
    {
        string[]? header = null;
        foreach (var (line, fields) in Rows(Encoding.UTF8.GetString(utf8.Span), separator, source, options.MaximumRecordBytes))
        {
            if (fields is [""]) continue; // a blank line
            if (header is null)
            {
                header = [.. fields.Select(f => f.Trim())];
                var twice = header.GroupBy(h => h, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
                if (twice is not null) throw At(source, line, $"the header names column '{twice.Key}' twice; names must differ.");
                continue;
            }

            if (fields.Count != header.Length)
                throw At(source, line, Invariant($"the row has {fields.Count} fields, the header {header.Length}. Look for a separator or a quote that is not inside quotes."));
            var row = new Dictionary<string, BenchmarkField>(header.Length, StringComparer.Ordinal);
            for (var i = 0; i < header.Length; i++) row[header[i]] = fields[i].Length == 0 ? new("null", "") : new("string", fields[i]);
            yield return new(line, row);
        }

        if (header is null) throw new UserErrorException($"{source} is empty; a header line and at least one row are needed.");
    }

    private static IEnumerable<(int Line, List<string> Fields)> Rows(string text, char separator, string source, int maximumRecord)
    {
        var (at, line) = (0, 1);
        while (at < text.Length)
        {
            var (start, startLine) = (at, line);
            var fields = new List<string>();
            for (var more = true; more;)
            {
                fields.Add(at < text.Length && text[at] == '"' ? Quoted(text, separator, ref at, ref line, source) : Plain(text, separator, ref at, line, source));
                if (fields.Count > MaximumColumns) throw At(source, startLine, Invariant($"more than {MaximumColumns} columns."));
                more = at < text.Length && text[at] == separator;
                if (more) at++;
            }

            if (Encoding.UTF8.GetByteCount(text.AsSpan(start, at - start)) is var bytes && bytes > maximumRecord)
                throw At(source, startLine, Invariant($"the row has {bytes:N0} bytes; at most {maximumRecord:N0} are read. Look for a quote that is never closed."));
            if (at < text.Length && text[at] == '\r') at++;
            if (at < text.Length && text[at] == '\n') at++;
            line++;
            yield return (startLine, fields);
        }
    }

    private static string Plain(string text, char separator, ref int at, int line, string source)
    {
        var start = at;
        while (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n'))
        {
            if (text[at] == '"')
                throw At(source, line, "a quote inside a field that is not quoted. Quote the whole field and double the quotes in it.");
            at++;
        }

        return text[start..at];
    }

    private static string Quoted(string text, char separator, ref int at, ref int line, string source)
    {
        var openedOn = line;
        var value = new StringBuilder();
        for (at++; ; at++)
        {
            if (at >= text.Length) throw At(source, openedOn, "a quoted field is opened here and never closed.");
            if (text[at] == '\n') line++;
            if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n') continue; // a line end of the file, not of the text
            if (text[at] != '"') value.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"') value.Append(text[at++]);
            else break;
        }

        at++;
        if (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n'))
            throw At(source, line, "text after the closing quote of a field. Double the quotes inside a quoted field.");
        return value.ToString();
    }

    private static UserErrorException At(string source, int line, string what) => new(Invariant($"{source}, line {line}: not CSV: {what}"));
}
