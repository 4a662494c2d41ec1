using SafetyGate.Core.Files;

namespace SafetyGate.Core.Benchmarks;

/// <summary>
/// Maps the columns of a file to the fields of an item. A field without a mapping is read from the column of the same name
/// (case aside), unless that column is mapped to another field; a field mapped to nothing (<c>difficulty=</c>) is left out.
/// </summary>
/// <remarks>
/// Several columns joined with <c>+</c> (<c>prompt=Body+Question</c>) give their values separated by a space, empty ones left out.
/// </remarks>
public sealed record ColumnMapping
{
    /// <summary>The fields that a column can be mapped to.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["prompt", "id", "answer", "category", "suite", "behavior", "difficulty",
        "messages", "tools", "documents", "chat_template_kwargs"];

    /// <summary>Every field from the column of the same name.</summary>
    public static ColumnMapping Default { get; } = new();

    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _columns = new Dictionary<string, IReadOnlyList<string>>();

    private ColumnMapping() { }

    private ColumnMapping(IReadOnlyDictionary<string, IReadOnlyList<string>> columns) => _columns = columns;

    /// <summary>Reads a mapping as it is written on a command line: <c>prompt=goal,id=BehaviorID</c>.</summary>
    /// <exception cref="UserErrorException">Not of that form, an unknown field, or a field mapped twice. Exit code 64.</exception>
    public static ColumnMapping Parse(string text)
    {
        var columns = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw Wrong($"columns '{text}': '{part}' is not of the form field=column, such as prompt=goal.");
            var field = part[..equals].Trim();
            if (!Fields.Contains(field))
                throw Wrong($"columns '{text}': '{field}' is not a field of an item. The fields are {string.Join(", ", Fields)}.");
            var names = part[(equals + 1)..].Split('+', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (field == "prompt" && names.Length == 0)
                throw Wrong($"columns '{text}': prompt is mapped to no column; every item needs a prompt.");
            if (!columns.TryAdd(field, names)) throw Wrong($"columns '{text}': '{field}' is mapped twice.");
        }

        return new(columns);

        static UserErrorException Wrong(string message) => new(message, GateExitCode.Usage);
    }

    /// <summary>The mapping as <see cref="Parse"/> reads it; empty for the default one.</summary>
    public override string ToString() =>
        string.Join(',', _columns.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={string.Join('+', c.Value)}"));

    /// <summary>Finds each field's columns among those of a file.</summary>
    /// <exception cref="UserErrorException">A mapped column, or any for the prompt, is not in the file.</exception>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> Resolve(IReadOnlyCollection<string> fileColumns, string source)
    {
        var resolved = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (field, names) in _columns)
            resolved[field] = [.. names.Select(n => Find(n, fileColumns) ?? throw Missing(field, n, fileColumns, source))];
        var taken = resolved.Values.SelectMany(n => n).ToHashSet(StringComparer.Ordinal);
        foreach (var field in Fields.Where(f => !resolved.ContainsKey(f)))
            if (Find(field, fileColumns) is { } name && !taken.Contains(name)) resolved[field] = [name];
        return resolved.ContainsKey("prompt") || resolved.TryGetValue("messages", out var messages) && messages.Count > 0
            ? resolved
            : throw Missing("prompt", "prompt", fileColumns, source);
    }

    private static string? Find(string name, IReadOnlyCollection<string> fileColumns)
    {
        if (fileColumns.Contains(name)) return name;
        var alike = fileColumns.Where(c => string.Equals(c, name, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return alike.Count == 1 ? alike[0] : null;
    }

    private static UserErrorException Missing(string field, string name, IReadOnlyCollection<string> fileColumns, string source) =>
        new($"{source}: there is no column '{name}' for the {field}. The file has {string.Join(", ", fileColumns.Take(20).Select(c => $"'{c}'"))}; name the column, as in --columns {field}={(NearestName.Of(name, fileColumns) is { Length: > 0 } near ? near : "NAME")}.");
}
