using System.Globalization;

namespace SafetyGate.Core.Benchmarks;

/// <summary>Takes the fields of an item out of one row, with the types they must have.</summary>
internal sealed class RowReader(BenchmarkRecord row, IReadOnlyDictionary<string, IReadOnlyList<string>> columns, string source)
{
    /// <summary>A text that must be there and not be blank.</summary>
    public string Required(string field, bool numbers) =>
        Text(field, numbers) is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw At($"the {field} ({Where(field)}) is missing or empty; every item needs one.");

    /// <summary>A text, or null when the field is not mapped, missing or null.</summary>
    public string? Text(string field, bool numbers)
    {
        if (!columns.TryGetValue(field, out var names)) return null;
        var parts = new List<string>();
        foreach (var name in names)
        {
            if (!row.Fields.TryGetValue(name, out var value) || value.Kind == "null") continue;
            if (value.Kind != "string" && !(numbers && value.Kind == "number"))
                throw At($"the {field} (column '{name}') is a JSON {value.Kind}; it must be a string{(numbers ? " or a number" : "")}.");
            if (value.Text.Length > 0) parts.Add(value.Text);
        }

        return parts.Count > 0 ? string.Join(' ', parts) : null;
    }

    /// <summary>A whole number, or null when there is none.</summary>
    public int? Integer(string field)
    {
        if (Text(field, numbers: true) is not { } text) return null;
        return int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw At($"the {field} ({Where(field)}) is '{text}'; it must be a whole number. To leave the column out, map nothing to it: {field}=");
    }

    private string Where(string field) =>
        columns.TryGetValue(field, out var names) && names.Count > 0 ? $"column '{string.Join("+", names)}'" : "no column";

    private UserErrorException At(string what) => new(Invariant($"{source}, line {row.Line}: {what}"));
}
