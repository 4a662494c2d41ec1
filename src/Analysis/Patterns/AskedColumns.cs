using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Which columns of a file of evaluated items hold what; all other columns are properties of the items.</summary>
public sealed record AskedColumns
{
    internal const string Id = "id", Prompt = "prompt", Response = "response", Answer = "answer", Score = "score";

    private static readonly string[] Known = [Id, Prompt, Response, Answer, Score];

    // What other tools call them, where the file has no column of the field's own name.
    private static readonly Dictionary<string, string[]> Usual = new(StringComparer.Ordinal)
    {
        [Prompt] = ["question", "input", "instruction"],
        [Response] = ["output", "completion", "generation"],
        [Answer] = ["gold", "target", "reference"],
        [Score] = ["correct", "passed", "is_correct"],
    };

    private readonly Dictionary<string, string> _columns = new(StringComparer.Ordinal);

    /// <summary>Reads a mapping as it is written on a command line: <c>prompt=question,score=is_right</c>.</summary>
    /// <exception cref="UserErrorException">Not of that form, an unknown field, or a field mapped twice. Exit code 64.</exception>
    public static AskedColumns Parse(string text)
    {
        var made = new AskedColumns();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } field, { Length: > 0 } column]) throw Wrong($"columns '{text}': '{part}' is not of the form field=column, such as response=completion.");
            if (!Known.Contains(field)) throw Wrong($"columns '{text}': '{field}' is not a field; did you mean '{NearestName.Of(field, Known)}'? The fields are {string.Join(", ", Known)}.");
            if (!made._columns.TryAdd(field, column)) throw Wrong($"columns '{text}': '{field}' is mapped twice.");
        }

        return made;

        static UserErrorException Wrong(string message) => new(message, GateExitCode.Usage);
    }

    /// <summary>The column of each field that the file has.</summary>
    /// <exception cref="UserErrorException">A mapped column, or one of the questions, is not in the file.</exception>
    internal IReadOnlyDictionary<string, string> Resolve(IReadOnlyCollection<string> present, string source)
    {
        if (present.Count == 0) throw new UserErrorException($"{source} holds no row with a column; evaluated items are needed, one a row.");
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in Known)
        {
            var column = _columns.TryGetValue(field, out var mapped) ? mapped
                : Usual.GetValueOrDefault(field, []).Prepend(field).FirstOrDefault(name => present.Contains(name, StringComparer.Ordinal));
            if (column is not null && present.Contains(column, StringComparer.Ordinal)) found[field] = column;
            else if (mapped is not null || field == Prompt)
                throw new UserErrorException($"{source} has no column '{mapped ?? field}' for the {field}; did you mean '{NearestName.Of(mapped ?? field, present)}'? It has {string.Join(", ", present.Take(20))}; name the column, as in --columns {field}=NAME.");
        }

        return found;
    }
}
