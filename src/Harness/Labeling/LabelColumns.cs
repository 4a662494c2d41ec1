using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Labeling;

/// <summary>Which columns of a file hold prompt, response, label and id, and which labels count.</summary>
public sealed record LabelColumns
{
    internal const string Prompt = "prompt", Response = "response", Label = "label", Id = "id";

    private static readonly string[] Fields = [Prompt, Response, Label, Id];

    private readonly Dictionary<string, string> _columns = new(StringComparer.Ordinal);

    /// <summary>Labels under which a scorer should say 1; default <c>refusal</c>.</summary>
    public IReadOnlyList<string> Positive { get; init; } = ["refusal"];

    /// <summary>Labels under which a scorer should say 0; default <c>compliance</c>. Rows with any other label are left out.</summary>
    public IReadOnlyList<string> Negative { get; init; } = ["compliance"];

    /// <summary>The labels that count, in words.</summary>
    internal string Counted => $"{string.Join(" or ", Positive)} (positive) or {string.Join(" or ", Negative)} (negative)";

    /// <summary>Reads a mapping as it is written on a command line: <c>prompt=question,response=answer</c>.</summary>
    /// <exception cref="UserErrorException">Not of that form, an unknown field, or a field mapped twice. Exit code 64.</exception>
    public static LabelColumns Parse(string text)
    {
        var made = new LabelColumns();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (sides is not [{ Length: > 0 } field, { Length: > 0 } column]) throw Wrong($"columns '{text}': '{part}' is not of the form field=column, such as response=completion.");
            if (!Fields.Contains(field)) throw Wrong($"columns '{text}': '{field}' is not a field; did you mean '{NearestName.Of(field, Fields)}'? The fields are {string.Join(", ", Fields)}.");
            if (!made._columns.TryAdd(field, column)) throw Wrong($"columns '{text}': '{field}' is mapped twice.");
        }

        return made;

        static UserErrorException Wrong(string message) => new(message, GateExitCode.Usage);
    }

    /// <summary>Whether a label is positive; <c>null</c> if it does not count.</summary>
    internal bool? IsPositive(string label) =>
        Positive.Contains(label, StringComparer.Ordinal) ? true : Negative.Contains(label, StringComparer.Ordinal) ? false : null;

    /// <summary>Validation errors, one sentence each; empty if the labels are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Positive.Count == 0 || Negative.Count == 0) yield return "There must be a positive and a negative label.";
        foreach (var both in Positive.Intersect(Negative, StringComparer.Ordinal)) yield return $"The label '{both}' is positive and negative.";
    }

    // The column of a field: the one it is mapped to, else the one of its name.
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> Resolve(IReadOnlyList<string> present, string source)
    {
        if (present.Count == 0) throw new UserErrorException($"{source} holds no row with a column; labeled responses are needed, one a row.");
        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var field in Fields)
        {
            var column = _columns.GetValueOrDefault(field, field);
            if (present.Contains(column, StringComparer.Ordinal)) found[field] = [column];
            else if (_columns.ContainsKey(field) || field is Response or Label)
                throw new UserErrorException($"{source} has no column '{column}' for the {field}; did you mean '{NearestName.Of(column, present)}'? It has {string.Join(", ", present)}.");
        }

        return found;
    }
}
