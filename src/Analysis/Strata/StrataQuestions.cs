using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SafetyGate.Analysis.Results;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Analysis.Strata;

/// <summary>Questions of a file, with their hardness.</summary>
/// <param name="Name">Name of the file without its extension.</param>
/// <param name="Digest">Digest of the items as they were read.</param>
/// <param name="Items">The items; at least one.</param>
public sealed partial record StrataQuestions(string Name, string Digest, IReadOnlyList<StrataQuestion> Items)
{
    private const string OptionName = "--hardness";

    /// <summary>Reads a file.</summary>
    /// <param name="path">JSON Lines, JSON, CSV or TSV.</param>
    /// <param name="columns">Which column holds what.</param>
    /// <param name="needsHardness">Whether hardness comes from the file; 0 for each item where it is measured.</param>
    /// <exception cref="UserErrorException">The file cannot be read, or a row lacks something; the message names the line.</exception>
    public static StrataQuestions Read(string path, QuestionColumns columns, bool needsHardness = true)
    {
        var number = 0;
        var rows = TableRow.Read(path);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var items = new List<StrataQuestion>();
        foreach (var row in rows)
        {
            number++;
            var id = row.Has(columns.Id) ? row.Text(columns.Id, "--item-columns id=") : Invariant($"{number}");
            if (!seen.Add(id)) throw new UserErrorException($"{row.Source}: item '{id}' is there twice; ids must be unique.");
            var answer = row.Text(columns.Answer, "--item-columns answer=");
            items.Add(new()
            {
                Id = id,
                Prompt = string.Join(' ', columns.Prompt.Split('+', StringSplitOptions.TrimEntries).Select(column => row.Text(column, "--item-columns prompt="))),
                Answer = answer,
                Completion = columns.Completion is { } completion ? row.Text(completion, "--item-columns completion=") : answer,
                Hardness = needsHardness ? HardnessOf(row, columns.Hardness) : 0,
                Choices = Choices(row, columns.Choices, answer),
                Siblings = Siblings(row, columns.Siblings),
            });
        }

        return new(Path.GetFileNameWithoutExtension(path), DigestOf(items), items);
    }

    /// <summary>The items in two halves, drawn at random.</summary>
    /// <param name="seed">Seed of the draw.</param>
    public (StrataQuestions First, StrataQuestions Second) Halved(ulong seed)
    {
        List<StrataQuestion> drawn = [.. Items];
        new RandomStream(seed, "strata/halves").Shuffle(drawn);
        var half = (drawn.Count + 1) / 2;
        return (this with { Items = drawn[..half] }, this with { Items = drawn[half..] });
    }

    /// <summary>Digest of items; lower-case hex.</summary>
    public static string DigestOf(IEnumerable<StrataQuestion> items) => StrataOutcomes.Digest(items.Select(item =>
        JsonSerializer.Serialize(new { item.Id, item.Prompt, item.Answer, item.Completion, item.Hardness, item.Choices, item.Siblings })));

    /// <summary>The hardness of a row.</summary>
    private static double HardnessOf(TableRow row, string hardness)
    {
        if (Computed().Match(hardness) is not { Success: true } match)
            return row.Record.Fields.ContainsKey(hardness) ? row.Number(hardness, OptionName) : throw row.Missing(hardness, OptionName, ", or lines(COLUMN), words(COLUMN) or chars(COLUMN) of a text");
        var text = row.Text(match.Groups["column"].Value, OptionName);
        return match.Groups["of"].Value switch
        {
            "lines" => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Length,
            "words" => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
            _ => text.EnumerateRunes().Count(),
        };
    }

    private static IReadOnlyList<string> Choices(TableRow row, string column, string answer)
    {
        if (!row.Has(column)) return [];
        if (!row.Record.Fields.TryGetValue(column, out var field) || field.Json is not { ValueKind: JsonValueKind.Array } list || list.EnumerateArray().Any(choice => choice.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)))
            throw new UserErrorException($"{row.Source}: '{column}' must be a list of texts or numbers, the possible answers.");
        List<string> choices = [.. list.EnumerateArray().Select(choice => choice.ValueKind == JsonValueKind.String ? choice.GetString()! : choice.GetRawText())];
        if (choices.Count < 2 || choices.Distinct(StringComparer.Ordinal).Count() < choices.Count) throw new UserErrorException($"{row.Source}: '{column}' has {choices.Count} possible answers; two or more are needed, each once.");
        return choices.Contains(answer, StringComparer.Ordinal) ? choices
            : throw new UserErrorException($"{row.Source}: the answer '{answer}' is not among its choices ({string.Join(", ", choices.Take(8))}). Did you mean '{NearestName.Of(answer, choices)}'?");
    }

    private static IReadOnlyList<SiblingQuestion> Siblings(TableRow row, string column)
    {
        if (!row.Has(column)) return [];
        if (!row.Record.Fields.TryGetValue(column, out var field) || field.Json is not { ValueKind: JsonValueKind.Array } list) throw Wrong(row, column);
        return [.. list.EnumerateArray().Select(sibling => sibling.ValueKind == JsonValueKind.Object
            && sibling.TryGetProperty("question", out var question) && question.ValueKind == JsonValueKind.String
            && sibling.TryGetProperty("answer", out var answer) && Number(answer) is { } value ? new SiblingQuestion(question.GetString()!, value) : throw Wrong(row, column))];

        static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble()
            : value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

        static UserErrorException Wrong(TableRow row, string column) => new($"{row.Source}: '{column}' must be a list of objects with a question and its answer, a number.");
    }

    [GeneratedRegex(@"^(?<of>lines|words|chars)\((?<column>.+)\)$")]
    private static partial Regex Computed();
}
