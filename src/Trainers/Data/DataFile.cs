using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;

namespace SafetyGate.Trainers.Data;

/// <summary>A JSON Lines file to learn from, and which of its columns hold what: prompt and completion, or messages, or text.</summary>
public sealed record DataFile
{
    /// <summary>Path of the file.</summary>
    [RelativePath, NotInKey]
    public required string Path { get; init; }

    /// <summary>Column of the prompt; with <see cref="Completion"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>Column of the completion; with <see cref="Prompt"/>.</summary>
    public string? Completion { get; init; }

    /// <summary>Column of a conversation: a list of <c>{role, content}</c> that ends with the assistant's turn.</summary>
    public string? Messages { get; init; }

    /// <summary>Column of a text without a prompt.</summary>
    public string? Text { get; init; }

    /// <summary>Put between a plain prompt and its completion; it belongs to the completion. Default: nothing, as in TRL.</summary>
    public string Separator { get; init; } = "";

    /// <summary>Rows taken from the start of the file; <c>null</c> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if ((Prompt is null) != (Completion is null))
            yield return $"{Path}: prompt is {Shown(Prompt)} and completion {Shown(Completion)}; give the columns of both, or of neither.";
        if (new[] { Prompt, Messages, Text }.Count(column => column is not null) != 1)
            yield return $"{Path}: name exactly one of prompt with completion, messages, or text.";
        if (Limit is < 1) yield return Invariant($"{Path}: the limit is {Limit}; it must be 1 or more.");
    }

    /// <summary>Reads and encodes the rows.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, has no rows, or a row is wrong; the message names the
    /// line.</exception>
    public IReadOnlyList<TokenExample> Read(ExampleEncoder encoder)
    {
        var problems = string.Join(" ", Problems());
        if (problems.Length > 0) throw new UserErrorException(problems);
        var examples = JsonlRow.Read(Path).Take(Limit ?? int.MaxValue).Select(row => Encode(row, encoder)).ToList();
        return examples.Count > 0 ? examples : throw new UserErrorException($"{Path}: has no rows; there is nothing to learn from.");
    }

    /// <summary>Parts of this file that determine the examples: the digest of its text, whatever its line endings, and the columns, not its path.</summary>
    /// <exception cref="UserErrorException">The file cannot be read.</exception>
    public JsonObject Describe()
    {
        try
        {
            var description = JsonFormat.Describe(this);
            description["sha256"] = LineEndings.Sha256(BoundedFile.Read(Path, Array.MaxLength));
            return description;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{Path}: the data file cannot be read: {e.Message}", e);
        }
    }

    private TokenExample Encode(JsonlRow row, ExampleEncoder encoder)
    {
        if (Text is not null) return encoder.Text(row.Source, NotEmpty(row, Text));
        if (Messages is not null) return encoder.Conversation(row.Source, Turns(row, Messages));
        return encoder.PromptCompletion(row.Source, NotEmpty(row, Prompt!), Separator + NotEmpty(row, Completion!));
    }

    private static string NotEmpty(JsonlRow row, string column) =>
        row.Text(column) is { Length: > 0 } text
            ? text
            : throw new UserErrorException($"{row.Source}: \"{column}\" is empty; remove the row or fill it.");

    private static List<ChatMessage> Turns(JsonlRow row, string column)
    {
        if (!row.Json.TryGetProperty(column, out var list) || list.ValueKind != JsonValueKind.Array)
            throw new UserErrorException($"{row.Source}: \"{column}\" is missing or not a list; it must be a list of objects with role and content.");
        return [.. list.EnumerateArray().Select((turn, i) => turn.ValueKind == JsonValueKind.Object
            ? new ChatMessage(Part(turn, i, "role"), Part(turn, i, "content"))
            : throw new UserErrorException(Invariant($"{row.Source}: {column}[{i}] is not an object with role and content.")))];

        string Part(JsonElement turn, int i, string name) =>
            turn.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new UserErrorException(Invariant($"{row.Source}: {column}[{i}] has no text under \"{name}\"."));
    }

    private static string Shown(string? column) => column is null ? "absent" : $"\"{column}\"";
}
